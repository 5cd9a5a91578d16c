import type { Selectable } from 'kysely'
import type { IdTimestamp, NullableJson } from './column.ts'

export interface AttemptError {
  code: string
  status: number | null
  message: string
}

export interface AttemptsTable {
  id: string
  createdAt: IdTimestamp
  userId: string
  /** Of a call by an API key: the call's own id. */
  turnId: string
  apiKeyId: string | null
  epoch: number
  deployment: string
  provider: string
  model: string
  state: 'announced' | 'completed' | 'failed' | 'aborted'
  /** The provider's own finish word. */
  rawFinish: string | null
  inputTokens: number | null
  outputTokens: number | null
  cachedInputTokens: number | null
  cacheWriteTokens: number | null
  reasoningTokens: number | null
  /** True where the provider sent no count. */
  estimated: boolean | null
  /** 10⁻¹² dollars; null where the model has no known price. */
  costPicoUsd: bigint | null
  timeToFirstTokenMs: number | null
  durationMs: number | null
  error: NullableJson<AttemptError>
  settledAt: Date | null
}
export type AttemptRow = Selectable<AttemptsTable>
