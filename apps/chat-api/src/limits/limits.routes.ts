import type { Tier, TierInput } from '@brainlyx/chat-contract'
import { listTiers, recordAudit, removeTier, saveTier, withMissingPartition } from '@brainlyx/db'
import type { Database, Pseudonymizer, TierRow } from '@brainlyx/db'
import { ServiceError, currentTrace } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import type { Limits } from './limits.ts'

export function limitsRoutes(dependencies: {
  db: Kysely<Database>
  limits: Pick<Limits, 'report' | 'tiers'>
  pseudonymOf: Pseudonymizer
}): Pick<Handlers, 'getLimits' | 'listTiers' | 'saveTier' | 'removeTier'> {
  const { db, limits, pseudonymOf } = dependencies

  function audit(
    transaction: Kysely<Database>,
    by: { principal: Principal; origin: RequestOrigin },
    action: 'tier-change' | 'tier-removal',
    details: Record<string, string>,
  ): Promise<void> {
    return recordAudit(transaction, {
      actorKind: by.principal.role,
      actor: pseudonymOf(by.principal.userId),
      address: pseudonymOf(by.origin.address),
      action,
      outcome: 'completed',
      details,
      traceId: currentTrace()?.traceId,
    })
  }

  return {
    getLimits: ({ principal, origin }) => limits.report({ principal, origin }),

    listTiers: async () => ({ tiers: (await listTiers(db)).map(toTier) }),

    async saveTier({ principal, origin, params, body }) {
      const saved = await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          const row = await saveTier(transaction, { name: params.tier, ...toRow(body) })
          await audit(transaction, { principal, origin }, 'tier-change', { tier: row.name })
          return row
        }),
      )
      await limits.tiers.announce()
      return toTier(saved)
    },

    async removeTier({ principal, origin, params }) {
      await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          const outcome = await removeTier(transaction, params.tier)
          if (outcome === 'not-found') throw notFound('tier')
          if (outcome === 'in-use') throw tierInUse
          await audit(transaction, { principal, origin }, 'tier-removal', { tier: params.tier })
        }),
      )
      await limits.tiers.announce()
      return undefined
    },
  }
}

function toTier(row: TierRow): Tier {
  return {
    name: row.name,
    requestsPerMinute: row.requestsPerMinute,
    requestBurst: row.requestBurst,
    concurrentStreams: row.concurrentStreams,
    messagesPerDay: row.messagesPerDay,
    tokensPerDay: row.tokensPerDay === null ? null : Number(row.tokensPerDay),
    models: row.models,
    uploadBytes: Number(row.uploadBytes),
    chatIdleDays: row.chatIdleDays,
    priority: row.priority,
    monthlyBudgetPicoUsd: row.monthlyBudgetPicoUsd?.toString() ?? null,
  }
}

function toRow(input: TierInput) {
  const { tokensPerDay, uploadBytes, monthlyBudgetPicoUsd, ...rest } = input
  return {
    ...rest,
    tokensPerDay: tokensPerDay === null ? null : BigInt(tokensPerDay),
    uploadBytes: BigInt(uploadBytes),
    monthlyBudgetPicoUsd: monthlyBudgetPicoUsd === null ? null : BigInt(monthlyBudgetPicoUsd),
  }
}

const tierInUse = new ServiceError({
  code: 'tier-in-use',
  status: 409,
  title: 'This tier is needed.',
  detail:
    'Its users’ chats are kept by its rules. Move them to another tier first; what guests and new members are of stays.',
})
