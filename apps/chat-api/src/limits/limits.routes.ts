import type { Tier, TierInput } from '@brainlyx/chat-contract'
import { listTiers, removeTier, saveTier, withMissingPartition } from '@brainlyx/db'
import type { Database, TierRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { Limits } from './limits.ts'

export function limitsRoutes(dependencies: {
  db: Kysely<Database>
  limits: Pick<Limits, 'report' | 'tiers'>
  audit: AuditLog
}): Pick<Handlers, 'getLimits' | 'listTiers' | 'saveTier' | 'removeTier'> {
  const { db, limits, audit } = dependencies

  return {
    getLimits: ({ principal, origin }) => limits.report({ principal, origin }),

    listTiers: async () => ({ tiers: (await listTiers(db)).map(toTier) }),

    async saveTier(call) {
      const { params, body } = call
      const saved = await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          const row = await saveTier(transaction, { name: params.tier, ...toRow(body) })
          const details = { tier: row.name }
          await audit.recordIn(transaction, { by: actorOf(call), action: 'tier-change', details })
          return row
        }),
      )
      await limits.tiers.announce()
      return toTier(saved)
    },

    async removeTier(call) {
      const { tier } = call.params
      await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          const outcome = await removeTier(transaction, tier)
          if (outcome === 'not-found') throw notFound('tier')
          if (outcome === 'in-use') throw tierInUse
          const details = { tier }
          await audit.recordIn(transaction, { by: actorOf(call), action: 'tier-removal', details })
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
