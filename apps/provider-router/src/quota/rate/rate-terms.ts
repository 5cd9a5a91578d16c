/** Limits are of a rolling minute. */
export const WINDOW_MS = 60_000

/** How long a lease may be used: what is used lags what Redis has counted by this much at most. */
export const LEASE_MS = 500

/** What a replica knows of the cluster. */
export interface Cluster {
  readonly replicas: number
  /** Whether Redis answers. */
  readonly isShared: boolean
  /** When it last did. */
  readonly heardAtMs: number
}

/** What a limit of requests or tokens is just now. */
export interface RateTerms extends Cluster {
  /** A minute, of all replicas together. */
  readonly limit: number
}
