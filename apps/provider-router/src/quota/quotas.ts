import type { LimitsInput } from '../config/router-file.ts'

/**
 * What one limit is about: an account's calls over all models, or to one model. Its id is the same in all replicas
 * and holds no secret.
 */
export interface QuotaScope {
  readonly id: string
  /** As configured; a part that is absent is only limited by what the provider's headers say. */
  readonly limits: LimitsInput | undefined
}

export type QuotaKind = 'requests' | 'tokens' | 'concurrency' | 'paused'

/** Room for one call in all its scopes. */
export interface Reservation {
  /**
   * Exactly once, however the call ended; later calls change nothing. Gives the place back.
   * @param tokens what the provider counted: the rest of the estimate is given back, what is above it is taken.
   * undefined: nothing reached the provider, so the request is given back too.
   */
  settle(tokens: number | undefined): void
}

export interface QuotaRefusal {
  readonly scopeId: string
  readonly kind: QuotaKind
  /** When it is worth asking again. */
  readonly retryAfterMs: number
}

/** What a response's headers told of a limit. */
export interface QuotaFacts {
  readonly limit?: number | undefined
  readonly remaining?: number | undefined
  /** Until the limit is whole again. */
  readonly resetMs?: number | undefined
}

/** Requests and tokens a minute and calls at once, kept over all replicas. Everything here is in memory. */
export interface Quotas {
  /** All scopes or none. @param tokens an estimate of input and output */
  reserve(scopes: readonly QuotaScope[], tokens: number): Reservation | QuotaRefusal
  /** As `reserve`, taking nothing; undefined where there is room. */
  refusal(scopes: readonly QuotaScope[], tokens: number): QuotaRefusal | undefined
  /** The tightest of the scopes, 0 (used up) to 1 (all there); 1 where nothing is limited. */
  headroom(scopes: readonly QuotaScope[]): number
  /** From the headers of any response. */
  learn(scope: QuotaScope, facts: { requests?: QuotaFacts; tokens?: QuotaFacts }): void
  /** The provider said 429: nothing for so long, then slowly more again. All replicas hear of it. */
  pause(scope: QuotaScope, retryAfterMs: number): void
  close(): void
}
