import type { ApiKey, NewApiKey } from '@brainlyx/chat-contract'
import type { ApiKeyView } from '@brainlyx/db'
import type { Handlers } from '../http/register-routes.ts'
import type { ApiKeyService, MadeKey } from './api-key.service.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export function apiKeyRoutes(dependencies: {
  apiKeys: ApiKeyService
  nowMs: () => number
}): Pick<
  Handlers,
  'listApiKeys' | 'createApiKey' | 'changeApiKey' | 'rotateApiKey' | 'revokeApiKey'
> {
  const { apiKeys, nowMs } = dependencies
  const shown = (row: ApiKeyView): ApiKey => toApiKey(row, nowMs())
  const once = ({ key, secret }: MadeKey): NewApiKey => ({ key: shown(key), secret })
  return {
    listApiKeys: async (call) => ({ keys: (await apiKeys.list(call)).map(shown) }),
    createApiKey: async (call) => once(await apiKeys.create(call, call.body)),
    changeApiKey: async (call) => shown(await apiKeys.change(call, call.params.keyId, call.body)),
    rotateApiKey: async (call) =>
      once(await apiKeys.rotate(call, call.params.keyId, call.body.overlapDays * DAY_MS)),
    async revokeApiKey(call) {
      await apiKeys.revoke(call, call.params.keyId)
      return undefined
    },
  }
}

function toApiKey(row: ApiKeyView, nowMs: number): ApiKey {
  const { id, name, prefix, models, replacedBy } = row
  return {
    id,
    name,
    prefix,
    state: stateOf(row, nowMs),
    models,
    monthlyBudgetPicoUsd: row.monthlyBudgetPicoUsd?.toString() ?? null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    replacedBy,
  }
}

function stateOf({ revokedAt, expiresAt, replacedBy }: ApiKeyView, nowMs: number): ApiKey['state'] {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt !== null && expiresAt.getTime() <= nowMs) return 'expired'
  return replacedBy === null ? 'active' : 'replaced'
}
