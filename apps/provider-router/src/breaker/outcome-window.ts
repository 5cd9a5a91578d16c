const BUCKETS = 10
const BUCKET_MS = 1_000

/** How calls went that ended `ageSeconds` full seconds ago. */
export interface Outcomes {
  readonly ageSeconds: number
  readonly successes: number
  readonly failures: number
}

interface Bucket {
  successes: number
  failures: number
  /** Of these, what other replicas have not been told. */
  untoldSuccesses: number
  untoldFailures: number
}

/** The last ten seconds in buckets of one second, as Envoy and Semian keep them: calls here, and calls elsewhere. */
export class OutcomeWindow {
  readonly #buckets: Bucket[] = Array.from({ length: BUCKETS }, emptyBucket)
  #second = 0
  #calls = 0
  #failures = 0

  /** Forgets what is too old. Everything below speaks of the time this was last called with. */
  advance(nowMs: number): void {
    const second = Math.floor(nowMs / BUCKET_MS)
    const passed = Math.min(second - this.#second, BUCKETS)
    if (passed <= 0) return
    for (let age = 0; age < passed; age++) {
      const bucket = this.#bucketOf(second - age)
      this.#calls -= bucket.successes + bucket.failures
      this.#failures -= bucket.failures
      Object.assign(bucket, emptyBucket())
    }
    this.#second = second
  }

  get calls(): number {
    return this.#calls
  }

  get failures(): number {
    return this.#failures
  }

  /** 0 to 1; 0 where there were no calls. */
  get failureRate(): number {
    return this.#calls === 0 ? 0 : this.#failures / this.#calls
  }

  /** A call that ended here, now. */
  add(succeeded: boolean): void {
    const bucket = this.#bucketOf(this.#second)
    this.#calls++
    if (succeeded) {
      bucket.successes++
      bucket.untoldSuccesses++
    } else {
      this.#failures++
      bucket.failures++
      bucket.untoldFailures++
    }
  }

  /** Calls that ended at another replica. */
  addElsewhere({ ageSeconds, successes, failures }: Outcomes): void {
    if (ageSeconds >= BUCKETS) return
    const bucket = this.#bucketOf(this.#second - ageSeconds)
    bucket.successes += successes
    bucket.failures += failures
    this.#calls += successes + failures
    this.#failures += failures
  }

  /** What other replicas have not been told of; taken as told. */
  takeUntold(): Outcomes[] {
    const untold: Outcomes[] = []
    for (let ageSeconds = 0; ageSeconds < BUCKETS; ageSeconds++) {
      const bucket = this.#bucketOf(this.#second - ageSeconds)
      const { untoldSuccesses: successes, untoldFailures: failures } = bucket
      if (successes + failures === 0) continue
      untold.push({ ageSeconds, successes, failures })
      bucket.untoldSuccesses = 0
      bucket.untoldFailures = 0
    }
    return untold
  }

  clear(): void {
    for (const bucket of this.#buckets) Object.assign(bucket, emptyBucket())
    this.#calls = 0
    this.#failures = 0
  }

  #bucketOf(second: number): Bucket {
    // The second may be negative in the first moments of a clock that starts at 0.
    return this.#buckets[((second % BUCKETS) + BUCKETS) % BUCKETS]!
  }
}

function emptyBucket(): Bucket {
  return { successes: 0, failures: 0, untoldSuccesses: 0, untoldFailures: 0 }
}
