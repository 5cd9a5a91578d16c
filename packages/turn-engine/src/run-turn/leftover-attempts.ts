import { listAttempts } from '@brainlyx/db'
import type { AttemptRow, Database, SettledAttempt } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { tokensOfLength } from '../prompt/approximate-tokens.ts'
import { estimatedCost } from './attempt-ledger.ts'
import type { EstimatedTokens } from './attempt-ledger.ts'
import type { TurnSoFar } from './turn-so-far.ts'
import type { TurnToRun } from './turn-to-run.ts'

const ownerDied = {
  code: 'owner-died',
  status: null,
  message: 'The process that made this call went away.',
}

/**
 * How the provider calls end that former owners announced and never settled. One whose usage the log tells is settled
 * by that, exactly; the others were aborted when their owner died and cost what they had produced by then.
 * @param countInput tokens of the prompt; asked for only where they are needed
 */
export async function settleLeftovers(
  db: Kysely<Database>,
  turn: TurnToRun,
  soFar: TurnSoFar,
  countInput: () => Promise<number>,
): Promise<SettledAttempt[]> {
  const { userId, turnId } = turn
  const attempts = await listAttempts(db, { userId, turnId })
  const open = attempts.filter((attempt) => attempt.state === 'announced')
  const settled: SettledAttempt[] = []
  for (const attempt of open) {
    const usage = soFar.usages.get(attempt.id)
    const beginning = settlementOf(attempt, turn)
    if (usage !== undefined) {
      const { inputTokens, outputTokens, reasoningTokens, estimated, costPicoUsd } = usage
      const { cachedInputTokens = 0, cacheWriteTokens = 0 } = usage
      settled.push({
        ...beginning,
        // One that lost a race tells its usage too, and no end of an answer.
        outcome: usage.finish === undefined ? 'aborted' : 'completed',
        usage: {
          inputTokens,
          outputTokens,
          cachedInputTokens,
          cacheWriteTokens,
          reasoningTokens,
          estimated,
        },
        costPicoUsd: costPicoUsd === null ? null : BigInt(costPicoUsd),
        error: null,
      })
      continue
    }
    // What was produced under an epoch was so by its last call; the ends of those before it were heard.
    const isLast = !open.some((other) => other.epoch === attempt.epoch && other.id > attempt.id)
    const produced = isLast ? (soFar.producedLength.get(attempt.epoch) ?? 0) : 0
    const tokens = {
      inputTokens: await countInput(),
      outputTokens: tokensOfLength(produced),
    }
    settled.push({
      ...beginning,
      outcome: 'aborted',
      usage: {
        ...tokens,
        cachedInputTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
        estimated: true,
      },
      costPicoUsd: costOf(attempt, tokens),
      error: ownerDied,
    })
  }
  return settled
}

function costOf(
  { inputPicoUsdPerToken, outputPicoUsdPerToken }: AttemptRow,
  tokens: EstimatedTokens,
): bigint | null {
  if (inputPicoUsdPerToken === null || outputPicoUsdPerToken === null) return null
  return estimatedCost({ inputPicoUsdPerToken, outputPicoUsdPerToken }, tokens)
}

function settlementOf({ id: attemptId }: AttemptRow, { userId, turnId, epoch }: TurnToRun) {
  const unknown = { rawFinish: null, timeToFirstTokenMs: null, durationMs: null }
  return { attemptId, userId, turnId, epoch, ...unknown }
}
