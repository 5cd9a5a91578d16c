/** How busy and how fast deployments are, as this replica sees them. */
export interface DeploymentLoads {
  /** A call begins. */
  begin(deploymentId: string): RunningCall
  view(deploymentId: string): LoadView
}

/** Exactly one of them per call; `end` in every ending, later ones change nothing. */
export interface RunningCall {
  /** The first piece of the answer came (of a call that does not stream: the answer). */
  firstToken(elapsedMs: number): void
  /** @param failed counts as slow: a deployment that fails fast is not a fast one */
  end(failed: boolean): void
}

export interface LoadView {
  readonly inFlight: number
  /** Peak-EWMA of the time to first token; undefined: not measured yet. */
  readonly latencyMs: number | undefined
  /** Since it was last measured; undefined: not measured yet. */
  readonly measuredAgoMs: number | undefined
  /** Calls that were measured. */
  readonly samples: number
  /** Share of measured calls, lately, that took longer than the objective for small requests, 0 to 1. */
  readonly missRate: number
}
