import { announceAttempt, settleAttempt, withMissingPartition } from '@brainlyx/db'
import type { AnnouncedAttempt, Database, SettledAttempt } from '@brainlyx/db'
import type { AttemptEnd, AttemptStart } from '@brainlyx/router-contract'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'

interface OpenAttempt {
  readonly startedAt: number
  readonly price: AnnouncedAttempt['price']
}

/** Counts that nobody sent: ours, from the texts. */
export interface EstimatedTokens {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Whose calls they are: a turn's, or those of one call by an API key, whose id is `turnId` then. */
export interface LedgerHolder {
  readonly turnId: string
  readonly userId: string
  readonly epoch: number
  readonly apiKeyId?: string
}

/** By the price that was announced. */
export function estimatedCost(
  price: NonNullable<AnnouncedAttempt['price']>,
  { inputTokens, outputTokens }: EstimatedTokens,
): bigint {
  return (
    BigInt(inputTokens) * price.inputPicoUsdPerToken +
    BigInt(outputTokens) * price.outputPicoUsdPerToken
  )
}

/**
 * The provider calls of one turn. Each is announced as soon as the router names it. One that failed is settled at
 * once, since the turn goes on; the others with the turn's end, in its transaction.
 */
export class AttemptLedger {
  readonly #options: {
    db: Kysely<Database>
    logger: Logger
    turn: LedgerHolder
    nowMs: () => number
  }
  readonly #open = new Map<string, OpenAttempt>()
  readonly #settled: SettledAttempt[] = []
  #writes: Promise<void> = Promise.resolve()

  constructor(options: {
    db: Kysely<Database>
    logger: Logger
    turn: LedgerHolder
    nowMs: () => number
  }) {
    this.#options = options
  }

  announce(start: AttemptStart): void {
    const { db, turn, nowMs } = this.#options
    const { attemptId, deployment, provider, model } = start
    const price = start.price && {
      inputPicoUsdPerToken: BigInt(start.price.inputPicoUsdPerToken),
      outputPicoUsdPerToken: BigInt(start.price.outputPicoUsdPerToken),
    }
    this.#open.set(attemptId, { startedAt: nowMs(), price })
    this.#write(() =>
      announceAttempt(db, { attemptId, deployment, provider, model, price, ...turn }),
    )
  }

  settle(end: AttemptEnd): void {
    if (!this.#open.delete(end.attemptId)) return
    const { attemptId, outcome, rawFinish, usage, timeToFirstTokenMs, durationMs, error } = end
    const settled: SettledAttempt = {
      attemptId,
      ...this.#holder(),
      outcome,
      rawFinish,
      usage,
      costPicoUsd: end.costPicoUsd === null ? null : BigInt(end.costPicoUsd),
      timeToFirstTokenMs,
      durationMs,
      error,
    }
    if (outcome === 'failed') this.#write(() => settleAttempt(this.#options.db, settled))
    else this.#settled.push(settled)
  }

  /** Those whose end we did not hear, since we hung up: they cost what was produced until then. */
  abortOpen(estimate: () => EstimatedTokens): void {
    for (const [attemptId, { startedAt, price }] of this.#open) {
      const tokens = estimate()
      this.#settled.push({
        attemptId,
        ...this.#holder(),
        outcome: 'aborted',
        rawFinish: null,
        usage: {
          ...tokens,
          cachedInputTokens: 0,
          cacheWriteTokens: 0,
          reasoningTokens: 0,
          estimated: true,
        },
        costPicoUsd: price === undefined ? null : estimatedCost(price, tokens),
        timeToFirstTokenMs: null,
        durationMs: this.#options.nowMs() - startedAt,
        error: null,
      })
    }
    this.#open.clear()
  }

  /** Takes along what others left open. */
  adopt(leftovers: readonly SettledAttempt[]): void {
    this.#settled.push(...leftovers)
  }

  /** What is left for the turn's end to settle; everything announced must be written before. */
  get settled(): readonly SettledAttempt[] {
    return this.#settled
  }

  /** Settles what is left, where the turn does not end here. */
  async writeSettled(db: Kysely<Database>): Promise<void> {
    for (const settled of this.#settled) await settleAttempt(db, settled)
  }

  /** Resolves when everything that was not left for the end is written. */
  async flush(): Promise<void> {
    await this.#writes
  }

  #holder(): { turnId: string; userId: string; epoch: number } {
    const { turnId, userId, epoch } = this.#options.turn
    return { turnId, userId, epoch }
  }

  #write(run: () => Promise<unknown>): void {
    const { db, logger } = this.#options
    const before = this.#writes
    const write = async (): Promise<void> => {
      await before
      try {
        await withMissingPartition(db, run)
      } catch (error) {
        logger.error({ err: error }, 'the ledger was not written')
      }
    }
    this.#writes = write()
  }
}
