/**
 * `closed`: all is well. `reduced`: fails more often than it should, gets less to do. `open`: gets nothing.
 * `half-open`: one probe in the cluster is allowed. `ramping`: comes back step by step.
 */
export type BreakerState = 'closed' | 'reduced' | 'open' | 'half-open' | 'ramping'

export interface BreakerView {
  readonly state: BreakerState
  /** The share of its usual traffic that it should get, 0 to 1. */
  readonly weight: number
  /** Of the calls in the window, 0 to 1; 0 where there were none. */
  readonly failureRate: number
  readonly calls: number
  readonly consecutiveFailures: number
  /** When the next probe is due, on this process's clock; undefined unless `open`. */
  readonly openUntilMs: number | undefined
}

/** Leave to make one call, to be given back with how it went. */
export interface BreakerPermit {
  /** This call decides whether the breaker closes. */
  readonly probe: boolean
  /**
   * Exactly once; later calls change nothing. `neutral` says nothing about the deployment's health: the caller left,
   * 429, or a request that deserved its refusal.
   */
  settle(outcome: 'success' | 'failure' | 'neutral'): void
}

/** The circuit breakers of all deployments, by their ids. Everything here is in memory: no call waits for Redis. */
export interface Breakers {
  view(deploymentId: string): BreakerView
  /**
   * undefined where it may not be called now: it is open, or its one probe is taken. One that is reduced or ramping may
   * be called: how often its turn comes is for the strategy to say, by its weight.
   * @param force the last deployment there is: it is called in any state
   */
  admit(deploymentId: string, force?: boolean): BreakerPermit | undefined
  close(): void
}
