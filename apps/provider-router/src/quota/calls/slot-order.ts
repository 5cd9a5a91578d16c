/** What a replica has to say about its calls at once in one scope. */
export interface SlotOrder {
  readonly sentAtMs: number
  readonly limit: number
  readonly replicas: number
  /** How many may be running here by the time of the answer. */
  readonly using: number
  /** How many it would like to run; 0: it lets go. */
  readonly wanted: number
}

export interface SlotAnswer {
  /** How many may run here, until the lease on them ends. */
  readonly allowed: number
  /** What the other replicas hold. */
  readonly others: number
}
