import { costPicoUsd, pricesAt } from '@brainlyx/model-catalog'
import type { AttemptEnd, AttemptStart, TokenUsage } from '@brainlyx/router-contract'
import type { ProviderError } from '../adapters/provider-error.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import { sentenceOf } from '../call/route-failure.ts'
import { isDelivery } from '../adapters/is-delivery.ts'
import type { Candidate } from '../choose/candidate.ts'
import { estimateTextTokens } from '../choose/estimate-tokens.ts'

export type Ending =
  | { readonly outcome: 'completed' | 'aborted' }
  /** Another answered sooner. Its provider has the question, and has most likely read it: that is paid for. */
  | { readonly outcome: 'aborted'; readonly overtaken: true }
  | { readonly outcome: 'failed'; readonly error: ProviderError }

/** What one provider call produced and cost. */
export class AttemptAccount {
  readonly start: AttemptStart
  readonly #candidate: Candidate
  readonly #inputTokens: number
  readonly #nowMs: () => number
  readonly #startedAt: number
  #firstTokenAt: number | undefined
  #usage: TokenUsage | null = null
  #rawFinish: string | null = null
  #produced = ''
  #producedTokens = 0

  constructor(options: {
    candidate: Candidate
    attemptId: string
    /** Our own count, for where the provider sends none. */
    inputTokens: number
    nowMs: () => number
  }) {
    const { deployment } = options.candidate
    const price = pricesAt(deployment.billedPrices, options.inputTokens)
    this.start = {
      type: 'attempt-start',
      attemptId: options.attemptId,
      deployment: deployment.id,
      provider: deployment.provider.id,
      model: deployment.model,
      price: {
        inputPicoUsdPerToken: String(price.inputPicoUsdPerToken),
        outputPicoUsdPerToken: String(price.outputPicoUsdPerToken),
      },
    }
    this.#candidate = options.candidate
    this.#inputTokens = options.inputTokens
    this.#nowMs = options.nowMs
    this.#startedAt = options.nowMs()
  }

  add(part: StreamPart): void {
    if (this.#firstTokenAt === undefined && isDelivery(part)) this.#firstTokenAt = this.#nowMs()
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        this.#produce(part.text)
        return
      case 'tool-call-delta':
        this.#produce(part.arguments)
        return
      case 'usage':
        // Later counts replace earlier ones: they are cumulative, or the same again.
        this.#usage = part.usage
        return
      case 'finish':
        this.#rawFinish ??= part.raw
        return
      default: // costs nothing by itself
    }
  }

  settle(ending: Ending): AttemptEnd {
    const endedAt = this.#nowMs()
    const usage = this.#billed(ending)
    const { billedPrices } = this.#candidate.deployment
    const { error } = { error: undefined, ...ending }
    return {
      type: 'attempt-end',
      attemptId: this.start.attemptId,
      outcome: ending.outcome,
      rawFinish: this.#rawFinish ?? error?.rawFinish ?? null,
      usage,
      costPicoUsd: usage === null ? null : String(costPicoUsd(billedPrices, usage)),
      timeToFirstTokenMs:
        this.#firstTokenAt === undefined ? null : this.#firstTokenAt - this.#startedAt,
      durationMs: endedAt - this.#startedAt,
      error:
        error === undefined
          ? null
          : { code: error.code, status: error.status, message: sentenceOf(error.code) },
    }
  }

  /**
   * The provider's counts. Where a call broke off they lag behind what was produced, and where there are none at all
   * ours have to do. A call that failed before it produced anything is not billed.
   */
  #billed(ending: Ending): TokenUsage | null {
    const { outcome } = ending
    const usage = this.#usage
    if (usage !== null && (outcome === 'completed' || this.#rawFinish !== null)) return whole(usage)
    const isUnanswered = outcome !== 'completed' && this.#firstTokenAt === undefined
    if (isUnanswered && !('overtaken' in ending)) return usage && whole(usage)
    const produced = this.#producedTokens + estimateTextTokens(this.#produced)
    return whole({
      inputTokens: usage?.inputTokens ?? this.#inputTokens,
      outputTokens: Math.max(usage?.outputTokens ?? 0, produced),
      cachedInputTokens: usage?.cachedInputTokens ?? 0,
      cacheWriteTokens: usage?.cacheWriteTokens ?? 0,
      hourCacheWriteTokens: usage?.hourCacheWriteTokens,
      reasoningTokens: usage?.reasoningTokens ?? 0,
      estimated: true,
    })
  }

  /** Counted in pieces of some size, since rounding each small delta up would count many times too much. */
  #produce(text: string): void {
    this.#produced += text
    if (this.#produced.length < 4_096) return
    this.#producedTokens += estimateTextTokens(this.#produced)
    this.#produced = ''
  }
}

/** Counts are whole and not negative whatever a server sends, since money is made of them. */
function whole(usage: TokenUsage): TokenUsage {
  const count = (value: number): number => Math.max(0, Math.round(value))
  const { hourCacheWriteTokens: forAnHour } = usage
  return {
    inputTokens: count(usage.inputTokens),
    outputTokens: count(usage.outputTokens),
    cachedInputTokens: count(usage.cachedInputTokens),
    cacheWriteTokens: count(usage.cacheWriteTokens),
    ...(forAnHour === undefined ? {} : { hourCacheWriteTokens: count(forAnHour) }),
    reasoningTokens: count(usage.reasoningTokens),
    estimated: usage.estimated,
  }
}
