/** Spreads neighbouring keys (Knuth, The Art of Computer Programming, 6.4: multiplication by 2^32 over the golden ratio). */
const GOLDEN = 0x9e3779b1
const EMPTY = -1

/**
 * The edges of a trie: (node, UTF-16 unit) → node. One flat open-addressing table: a `Map` in every node took three
 * times as long to walk.
 */
export class EdgeTable {
  #units = new Int32Array(64)
  #from = new Int32Array(64).fill(EMPTY)
  #to = new Int32Array(64)
  #size = 0

  /** @returns -1 where there is none */
  get(from: number, unit: number): number {
    const slot = this.#slotOf(from, unit)
    return this.#from[slot] === EMPTY ? EMPTY : this.#to[slot]!
  }

  set(from: number, unit: number, to: number): void {
    if (this.#size * 4 > this.#from.length) this.#grow()
    const slot = this.#slotOf(from, unit)
    if (this.#from[slot] === EMPTY) this.#size += 1
    this.#from[slot] = from
    this.#units[slot] = unit
    this.#to[slot] = to
  }

  #slotOf(from: number, unit: number): number {
    const mask = this.#from.length - 1
    let slot = (Math.imul(from * 31 + unit, GOLDEN) >>> 12) & mask
    while (
      this.#from[slot] !== EMPTY &&
      (this.#from[slot] !== from || this.#units[slot] !== unit)
    ) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  #grow(): void {
    const [units, from, to] = [this.#units, this.#from, this.#to]
    const length = from.length * 2
    this.#units = new Int32Array(length)
    this.#from = new Int32Array(length).fill(EMPTY)
    this.#to = new Int32Array(length)
    this.#size = 0
    for (let slot = 0; slot < from.length; slot++) {
      if (from[slot] !== EMPTY) this.set(from[slot]!, units[slot]!, to[slot]!)
    }
  }
}
