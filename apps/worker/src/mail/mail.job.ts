import { beginMail, findUserByAddress, markMailSent } from '@brainlyx/db'
import type { Database, MailRow } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { createHash, randomBytes } from 'node:crypto'
import type { MailCarrier } from './mail-carrier.ts'
import { mailText } from './mail-text.ts'

/** web's, by the kind of a mail whose link opens something. */
const PAGES: Partial<Record<MailRow['kind'], string>> = {
  verification: '/verify-email',
  reset: '/reset-password',
}

/**
 * Sends a mail, at least once. The link's token is made here and kept as a hash only: neither the queue nor the database
 * could open an account. Each attempt makes its own, and each is good, since an attempt that failed may have arrived.
 */
export function createMailJob(dependencies: {
  db: Kysely<Database>
  /** undefined: this installation sends none. */
  mail: MailCarrier | undefined
  publicOrigin: string
  logger: Logger
}): JobHandler<'mail'> {
  const { db, mail: carrier, publicOrigin, logger } = dependencies
  return async ({ payload: { mailId } }) => {
    const token = randomBytes(32).toString('base64url')
    const tokenHash = createHash('sha256').update(token).digest('base64url')
    const mail = await beginMail(db, { mailId, tokenHash })
    if (mail === undefined) return
    if (carrier === undefined) {
      logger.warn({ mailId, kind: mail.kind }, 'a mail is not sent: there is no SMTP_URL')
      return
    }
    // Looked up here and not where it was asked for, so that asking takes as long for an address that nobody has.
    if ((await findUserByAddress(db, mail.address)) !== undefined) {
      const text = mailText(mail.kind, {
        act: `${publicOrigin}${PAGES[mail.kind] ?? '/'}?mail=${mailId}&token=${token}`,
        forgot: `${publicOrigin}/forgot-password`,
        usage: `${publicOrigin}/settings/usage`,
        budgets: `${publicOrigin}/admin/budgets`,
      })
      await carrier.carry({ mailId, address: mail.address, ...text })
    }
    await markMailSent(db, mailId)
  }
}
