import { addMail, createUser } from '@brainlyx/db'
import type { MailRow } from '@brainlyx/db'
import { SMTPServer } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createArena } from '../../test/running-worker.ts'
import { createMailboxCarrier, createSmtpCarrier } from './mail-carrier.ts'
import type { MailCarrier } from './mail-carrier.ts'
import { createMailJob } from './mail.job.ts'

const arena = await createArena()
const { db, admin, logger } = arena
const publicOrigin = 'https://chat.example.org'
const released: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const release of released.splice(0)) await release()
})
afterAll(() => arena.close())

interface Received {
  from: string
  to: string[]
  text: string
}

/** A real mail server that keeps what it is sent. @param options.refusals how many it turns away after it has it */
async function startMailServer(options: { refusals?: number; startTls?: boolean } = {}) {
  let { refusals = 0 } = options
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.startTls === true ? [] : ['STARTTLS'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        })
        callback(refusals-- > 0 ? new Error('451 try again') : undefined)
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  released.push(() => new Promise((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  return { received, port }
}

function smtp(url: string): MailCarrier {
  const carrier = createSmtpCarrier({ url, from: 'Brainlyx <chat@example.org>' })
  released.push(() => carrier.close())
  return carrier
}

let count = 0
async function arrangeMember(): Promise<string> {
  const email = `reader-${++count}@example.com`
  await db
    .transaction()
    .execute((transaction) =>
      createUser(transaction, { kind: 'member', email, authUserId: `auth-${count}` }),
    )
  return email
}

function arrangeMail(address: string, kind: MailRow['kind'] = 'reset'): Promise<string> {
  return db.transaction().execute((transaction) => addMail(transaction, { kind, address }))
}

function run(mailId: string, mail: MailCarrier | undefined): Promise<void> {
  const job = createMailJob({ db, mail, publicOrigin, logger })
  return job({ payload: { mailId }, jobId: 'job', attempt: 1, isLastAttempt: false })
}

const rowOf = (mailId: string): Promise<MailRow> =>
  admin.selectFrom('mails').selectAll().where('id', '=', mailId).executeTakeFirstOrThrow()

/** As a mail program shows it: soft line breaks and escapes of quoted-printable undone. */
const readable = (text: string): string =>
  text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )

test('a mail goes to its address once, with a link and its own Message-ID', async () => {
  const { received, port } = await startMailServer()
  const address = await arrangeMember()
  const mailId = await arrangeMail(address)
  const carrier = smtp(`smtp://127.0.0.1:${port}`)
  await run(mailId, carrier)
  await run(mailId, carrier)
  expect(received).toHaveLength(1)
  expect(received[0]).toMatchObject({ from: 'chat@example.org', to: [address] })
  const text = readable(received[0]!.text)
  expect(text).toMatch(new RegExp(`^Message-ID: <${mailId}@example.org>`, 'm'))
  expect(text).toMatch(/^Subject: Choose a new password/m)
  expect(text).toMatch(
    new RegExp(`https://chat\\.example\\.org/reset-password\\?mail=${mailId}&token=[\\w-]{43}`),
  )
  expect((await rowOf(mailId)).sentAt).not.toBeNull()
})

test('an attempt that failed may have arrived: its link is as good as the next one’s, and the mail the same', async () => {
  const { received, port } = await startMailServer({ refusals: 1 })
  const mailId = await arrangeMail(await arrangeMember())
  const carrier = smtp(`smtp://127.0.0.1:${port}`)
  await expect(run(mailId, carrier)).rejects.toThrow('try again')
  expect((await rowOf(mailId)).sentAt).toBeNull()
  await run(mailId, carrier)
  expect(received).toHaveLength(2)
  const ids = received.map(({ text }) => /^Message-ID: (.*)$/m.exec(text)![1])
  expect(ids[0]).toBe(ids[1])
  expect((await rowOf(mailId)).tokenHashes).toHaveLength(2)
})

test('nobody is written to who has no account, and nothing is sent that is too old', async () => {
  const { received, port } = await startMailServer()
  const carrier = smtp(`smtp://127.0.0.1:${port}`)
  const nobodys = await arrangeMail('nobody@example.com')
  await run(nobodys, carrier)
  expect((await rowOf(nobodys)).sentAt).not.toBeNull()
  const old = await arrangeMail(await arrangeMember())
  await admin
    .updateTable('mails')
    .set({ expiresAt: new Date(Date.now() - 1_000) })
    .where('id', '=', old)
    .execute()
  await run(old, carrier)
  expect(received).toEqual([])
})

test('nothing is sent in clear to another machine', async () => {
  const { received, port } = await startMailServer()
  // Another name of this machine stands for another machine.
  const carrier = smtp(`smtp://0.0.0.0:${port}`)
  await expect(run(await arrangeMail(await arrangeMember()), carrier)).rejects.toThrow(/STARTTLS/i)
  expect(received).toEqual([])
})

test('a laptop’s mailbox has a mail once, and without a mail server nothing fails', async () => {
  const address = await arrangeMember()
  const mailId = await arrangeMail(address, 'verification')
  await run(mailId, createMailboxCarrier(db))
  const rows = await admin.selectFrom('mailbox').selectAll().where('id', '=', mailId).execute()
  expect(rows).toMatchObject([{ address, subject: 'Confirm your e-mail address' }])
  const unsent = await arrangeMail(address)
  await run(unsent, undefined)
  expect((await rowOf(unsent)).sentAt).toBeNull()
})
