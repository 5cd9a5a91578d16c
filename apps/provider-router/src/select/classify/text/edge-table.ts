/** Spreads neighbouring keys (Knuth, The Art of Computer Programming, 6.4: 2^32 over the golden ratio). */
const GOLDEN = 0x9e3779b1
const NONE = -1
/** A node's number and a UTF-16 unit share the 32 bits of a key. */
const MOST_NODES = 0xffff

/**
 * The edges of a trie: (node, UTF-16 unit) → node. One flat open-addressing table, each key beside its value: a `Map`
 * in every node took three times as long to walk.
 */
export class EdgeTable {
  /** Key, value, key, value, … */
  #cells = new Int32Array(128).fill(NONE)
  #size = 0

  /** @returns -1 where there is none */
  get(from: number, unit: number): number {
    return this.#cells[this.#cellOf((from << 16) | unit) + 1]!
  }

  /** @throws {RangeError} where a node's number has more than 16 bits */
  set(from: number, unit: number, to: number): void {
    if (Math.max(from, to) >= MOST_NODES) throw new RangeError('too many phrases for one table')
    if (this.#size * 4 >= this.#cells.length) this.#grow()
    this.#put((from << 16) | unit, to)
  }

  #put(key: number, to: number): void {
    const cell = this.#cellOf(key)
    if (this.#cells[cell] === NONE) this.#size += 1
    this.#cells[cell] = key
    this.#cells[cell + 1] = to
  }

  #cellOf(key: number): number {
    const cells = this.#cells
    const mask = cells.length - 2
    let cell = (Math.imul(key, GOLDEN) >>> 11) & mask
    while (cells[cell] !== key && cells[cell] !== NONE) cell = (cell + 2) & mask
    return cell
  }

  #grow(): void {
    const old = this.#cells
    this.#cells = new Int32Array(old.length * 2).fill(NONE)
    this.#size = 0
    for (let cell = 0; cell < old.length; cell += 2) {
      if (old[cell] !== NONE) this.#put(old[cell]!, old[cell + 1]!)
    }
  }
}
