import type { Budgets, Usage } from '@brainlyx/chat-contract'
import {
  findBudget,
  findUser,
  findUserByEmail,
  listAlertedBudgets,
  listTierBudgets,
  listUsageDays,
  listUserBudgets,
  monthOf,
  readInstallationBudget,
  setInstallationBudget,
  setUserBudget,
} from '@brainlyx/db'
import type { AuditDetails, Database, Reads, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Handlers } from '../http/register-routes.ts'

/** How many users an administrator is shown. */
const USERS_SHOWN = 100

export interface BudgetRoutesDependencies {
  db: Kysely<Database>
  reads: Reads
  audit: AuditLog
  nowMs: () => number
}

export function budgetRoutes(
  dependencies: BudgetRoutesDependencies,
): Pick<Handlers, 'getUsage' | 'getBudgets' | 'setInstallationBudget' | 'setUserBudget'> {
  const { db, reads, audit, nowMs } = dependencies

  async function readBudgets(): Promise<Budgets> {
    const now = new Date(nowMs())
    const month = monthOf(now)
    const installation = await readInstallationBudget(db, { month })
    const tiers = await listTierBudgets(db)
    const own = await listUserBudgets(db, { limit: USERS_SHOWN })
    const alerted = await listAlertedBudgets(db, { month, limit: USERS_SHOWN })
    const userIds = new Set([...own, ...alerted].map(({ userId }) => userId))
    const users: Budgets['users'] = []
    for (const userId of userIds) {
      const user = await findUser(db, userId)
      if (user === undefined) continue
      const budget = await findBudget(db, { userId, month })
      users.push({
        userId,
        email: user.email,
        limitPicoUsd: textOf(budget.limitPicoUsd),
        isOwn: budget.isOwn,
        spentPicoUsd: String(budget.spentPicoUsd),
        alert: budget.alerted === 0 ? null : budget.alerted,
      })
    }
    return {
      month,
      renewsAt: renewal(now),
      installation: {
        limitPicoUsd: textOf(installation.limitPicoUsd),
        spentPicoUsd: String(installation.spentPicoUsd),
        reservedPicoUsd: String(installation.reservedPicoUsd),
        alerts: installation.alerts.map(({ percent, createdAt }) => ({
          percent,
          at: createdAt.toISOString(),
        })),
      },
      tiers: tiers.map(({ name, limitPicoUsd }) => ({ name, limitPicoUsd: textOf(limitPicoUsd) })),
      users,
    }
  }

  return {
    getUsage: ({ principal: { userId } }): Promise<Usage> =>
      reads.forUser(userId, async (from) => {
        const now = new Date(nowMs())
        const month = monthOf(now)
        const renewsAt = renewal(now)
        const budget = await findBudget(from, { userId, month })
        const until = renewsAt.slice(0, 10)
        const days = await listUsageDays(from, { userId, from: month, until })
        return {
          month,
          renewsAt,
          limitPicoUsd: textOf(budget.limitPicoUsd),
          spentPicoUsd: String(budget.spentPicoUsd),
          reservedPicoUsd: String(budget.reservedPicoUsd),
          alert: budget.alerted === 0 ? null : budget.alerted,
          days: days.map(({ day, model, calls, inputTokens, outputTokens, costPicoUsd }) => ({
            day,
            model,
            calls,
            inputTokens: Number(inputTokens),
            outputTokens: Number(outputTokens),
            costPicoUsd: String(costPicoUsd),
          })),
        }
      }),

    getBudgets: readBudgets,

    async setInstallationBudget(call) {
      const limitPicoUsd = amountOf(call.body.limitPicoUsd)
      await db.transaction().execute(async (transaction) => {
        await setInstallationBudget(transaction, { limitPicoUsd })
        await audit.recordIn(transaction, {
          by: actorOf(call),
          action: 'installation-budget',
          details: detailsOf(limitPicoUsd),
        })
      })
      return readBudgets()
    },

    async setUserBudget(call) {
      const { body } = call
      const user = await userNamed(db, body.user)
      if (user === undefined) throw userNotFound
      const { id: userId } = user
      const limitPicoUsd = body.limitPicoUsd === undefined ? undefined : amountOf(body.limitPicoUsd)
      await db.transaction().execute(async (transaction) => {
        await setUserBudget(transaction, { userId, limitPicoUsd })
        await audit.recordIn(transaction, {
          by: actorOf(call),
          action: 'user-budget',
          to: userId,
          details: detailsOf(limitPicoUsd),
        })
      })
      await reads.noteWrite(userId)
      return readBudgets()
    },
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function userNamed(db: Kysely<Database>, name: string): Promise<UserRow | undefined> {
  return UUID.test(name) ? findUser(db, name) : findUserByEmail(db, name)
}

const userNotFound = new ServiceError({
  code: 'user-not-found',
  status: 404,
  title: 'There is no such user.',
  fields: [{ path: 'user', message: 'is nobody’s id or e-mail address' }],
})

function textOf(amount: bigint | null): string | null {
  return amount === null ? null : String(amount)
}

function amountOf(text: string | null): bigint | null {
  return text === null ? null : BigInt(text)
}

/** For people who read the audit log. */
function detailsOf(limitPicoUsd: bigint | null | undefined): AuditDetails {
  if (limitPicoUsd === undefined) return { limit: 'as the tier' }
  return limitPicoUsd === null ? { limit: 'none' } : { limitUsd: Number(limitPicoUsd) / 1e12 }
}

/** The first of the next month, in UTC. */
function renewal(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString()
}
