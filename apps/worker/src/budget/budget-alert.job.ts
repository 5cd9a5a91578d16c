import { addMail, derivedId, findUser, listAdministratorAddresses } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { JobHandler, JobPayload } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import type { BudgetMetrics } from './budget-metrics.ts'

/**
 * A budget has reached a percentage. Its user sees it on every page of theirs and administrators on theirs, since the
 * budget itself keeps it; here it goes to whoever watches the installation, and by mail to whom the budget concerns. The
 * mails' ids follow from the job's, so that a job that runs again sends none again.
 */
export function createBudgetAlertJob(dependencies: {
  db: Kysely<Database>
  logger: Logger
  metrics: BudgetMetrics
  /** Whether this installation can send mail. */
  sendsMail: boolean
  /** Wakes whoever delivers the outbox. */
  hintOutbox: () => void
}): JobHandler<'budget-alert'> {
  const { db, logger, metrics, sendsMail, hintOutbox } = dependencies

  async function write(alert: JobPayload<'budget-alert'>, jobId: string): Promise<void> {
    const { scope, percent } = alert
    // The budget of a key is told on pages only.
    if (scope === 'api-key') return
    const kind = `${scope === 'user' ? '' : 'installation-'}budget-${percent}` as const
    const addresses = await addressesFor(db, alert)
    await db.transaction().execute(async (transaction) => {
      for (const address of addresses) {
        await addMail(transaction, { mailId: derivedId(address, jobId), kind, address })
      }
    })
    hintOutbox()
  }

  return async ({ payload, jobId }) => {
    if (sendsMail) await write(payload, jobId)
    const { scope, percent, month } = payload
    metrics.countAlert(scope, percent)
    const line = { scope, percent, month }
    if (scope === 'installation') logger.warn(line, 'the budget of the installation is running out')
    else logger.info(line, 'a budget is running out')
  }
}

/** Only those that their owners have confirmed: nobody else is told what somebody spends. */
async function addressesFor(
  db: Kysely<Database>,
  { scope, userId }: JobPayload<'budget-alert'>,
): Promise<string[]> {
  if (scope === 'installation') return listAdministratorAddresses(db)
  const user = userId === undefined ? undefined : await findUser(db, userId)
  if (user === undefined || user.email === null || user.emailVerifiedAt === null) return []
  return user.bannedAt === null && user.deletingAt === null ? [user.email] : []
}
