import { WINDOW_MS } from './rate-terms.ts'

const BUCKET_MS = 1_000
/** One more than the window, so that nothing is forgotten before it is a minute old. */
const BUCKETS = WINDOW_MS / BUCKET_MS + 1

/** What this replica itself used in the last minute, by the second. */
export class OwnWindow {
  readonly #amounts = new Float64Array(BUCKETS)
  #newest = 0
  #total = 0

  add(amount: number, atMs: number): void {
    this.#advance(atMs)
    this.#change(Math.floor(atMs / BUCKET_MS), amount)
  }

  /** Takes back what was added at that time; what is older than the window is forgotten already. */
  remove(amount: number, atMs: number, nowMs: number): void {
    this.#advance(nowMs)
    const bucket = Math.floor(atMs / BUCKET_MS)
    if (bucket > this.#newest - BUCKETS) this.#change(bucket, -amount)
  }

  total(nowMs: number): number {
    this.#advance(nowMs)
    return this.#total
  }

  /** How long until so much of it is over a minute old. */
  waitMs(amount: number, nowMs: number): number {
    this.#advance(nowMs)
    let freed = 0
    for (let bucket = this.#newest - BUCKETS + 1; bucket <= this.#newest; bucket++) {
      freed += this.#amounts[slot(bucket)]!
      if (freed >= amount) return (bucket + BUCKETS) * BUCKET_MS - nowMs
    }
    return WINDOW_MS
  }

  /** By the second, the oldest first. */
  *entries(nowMs: number): Generator<{ atMs: number; amount: number }> {
    this.#advance(nowMs)
    for (let bucket = this.#newest - BUCKETS + 1; bucket <= this.#newest; bucket++) {
      const amount = this.#amounts[slot(bucket)]!
      if (amount > 0) yield { atMs: bucket * BUCKET_MS, amount }
    }
  }

  #change(bucket: number, amount: number): void {
    this.#amounts[slot(bucket)]! += amount
    this.#total += amount
  }

  #advance(nowMs: number): void {
    const current = Math.floor(nowMs / BUCKET_MS)
    const passed = Math.min(current - this.#newest, BUCKETS)
    for (let step = 0; step < passed; step++) {
      const index = slot(current - step)
      this.#total -= this.#amounts[index]!
      this.#amounts[index] = 0
    }
    if (passed > 0) this.#newest = current
  }
}

/** Buckets before the clock's zero are negative. */
function slot(bucket: number): number {
  return ((bucket % BUCKETS) + BUCKETS) % BUCKETS
}
