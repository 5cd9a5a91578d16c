import { putIntoMailbox } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { createTransport } from 'nodemailer'
import type { MailText } from './mail-text.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** Within a conversation with the server. */
const SILENCE_TIMEOUT_MS = 20_000

export interface Mail extends MailText {
  /** The same at each attempt. */
  readonly mailId: string
  readonly address: string
}

/** Brings a mail away. */
export interface MailCarrier {
  /** @throws where it could not; the mail may have gone all the same */
  carry(mail: Mail): Promise<void>
  close(): void
}

/**
 * Hands mails to a mail server, over TLS unless the URL names this machine. An attempt that is made again has the
 * Message-ID of the first, which servers take for the same mail.
 * @param options.url `smtps://user:password@host` or `smtp://…`, which must then offer STARTTLS
 */
export function createSmtpCarrier(options: { url: string; from: string }): MailCarrier {
  const url = new URL(options.url)
  const from = options.from
  const domain = /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? url.hostname
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'smtps:' ? 465 : 587) : Number(url.port),
    secure: url.protocol === 'smtps:',
    requireTLS: url.protocol === 'smtp:' && !isThisMachine(url.hostname),
    ...(url.username === ''
      ? {}
      : {
          auth: {
            user: decodeURIComponent(url.username),
            pass: decodeURIComponent(url.password),
          },
        }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async carry({ mailId, address, subject, body }) {
      await transport.sendMail({
        from,
        to: { name: '', address },
        subject,
        text: body,
        messageId: `<${mailId}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    close: () => transport.close(),
  }
}

/** On a laptop: a page shows what was sent. */
export function createMailboxCarrier(db: Kysely<Database>): MailCarrier {
  return {
    carry: ({ mailId, address, subject, body }) =>
      putIntoMailbox(db, { id: mailId, address, subject, body }),
    close: () => undefined,
  }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.')
}
