import type { Generated, Selectable } from 'kysely'
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
  /** What was made for no turn has an id of its own here: a call by an API key has the call's. */
  turnId: string
  epoch: number
  purpose: Generated<'turn' | 'title' | 'api'>
  apiKeyId: Generated<string | null>
  deployment: string
  provider: string
  model: string
  /** With the other what it costs where nobody hears how it ends; null: not told. */
  inputPicoUsdPerToken: Generated<bigint | null>
  outputPicoUsdPerToken: Generated<bigint | null>
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
