interface Named {
  /** What whoever is refused is told. */
  readonly name: string
  /** In Redis. */
  readonly key: string
}

/** Fills by itself, and each request takes from it (a token bucket, kept as the time at which it is full again: GCRA). */
export interface BucketCheck extends Named {
  readonly kind: 'bucket'
  /** How much may be taken at once. */
  readonly capacity: number
  readonly perMinute: number
  readonly cost: number
}

/** So many until a certain time; the key names the period. */
export interface WindowCheck extends Named {
  readonly kind: 'window'
  readonly limit: number
  readonly cost: number
  readonly endsAtMs: number
}

/** So many at once. A place is given back, or is free after a while where whoever had it has died. */
export interface SlotsCheck extends Named {
  readonly kind: 'slots'
  readonly limit: number
  readonly leaseId: string
}

export type LimitCheck = BucketCheck | WindowCheck | SlotsCheck

export interface TakeRequest {
  /** All of them, or nothing is taken. */
  readonly checks: readonly LimitCheck[]
  /** What was taken under this key before is not taken again; `instead` is. */
  readonly once?: {
    readonly key: string
    readonly forMs: number
    readonly instead: readonly LimitCheck[]
  }
  /** Only look. */
  readonly peek?: boolean
}

export interface LimitState {
  readonly check: LimitCheck
  readonly limit: number
  readonly used: number
  readonly remaining: number
  /** Until nothing is used; 0 for places, which nobody knows. */
  readonly resetMs: number
  /** Until the same may be asked for again; 0 where it may be now. */
  readonly retryAfterMs: number
}

export interface Taken {
  /** What stood in the way; nothing was taken then. */
  readonly refused: LimitState | undefined
  readonly states: readonly LimitState[]
  /** Whether `once` had been seen. */
  readonly repeated: boolean
  /** `local`: by this replica alone, with its share of each limit. */
  readonly by: 'all' | 'local'
}

/** An answer's end is not foreseen: come again soon. */
export const SLOT_RETRY_MS = 2_000
