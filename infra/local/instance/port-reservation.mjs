import { chmodSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { isAlive } from '../process/is-alive.mjs'

/**
 * Between looking for a free port and listening on it another clone may choose the same one: while a command runs,
 * its ports are written down where all clones of the machine look.
 */
export class PortReservations {
  #folder
  /** @type {Set<number>} */
  #held = new Set()

  /** @param {string} [folder] */
  constructor(folder = join(tmpdir(), 'brainlyx-ports')) {
    this.#folder = folder
    try {
      mkdirSync(folder, { recursive: true })
      chmodSync(folder, 0o1777)
    } catch {
      // Another user's folder, which is open to all, or a read-only place: then without reservations.
    }
  }

  /**
   * @param {number} port
   * @returns {boolean} false where another living command holds it
   */
  take(port) {
    if (this.#held.has(port)) return true
    const file = join(this.#folder, String(port))
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' })
        this.#held.add(port)
        return true
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') return true
        if (isAlive(holderOf(file))) return false
        remove(file)
      }
    }
    return true
  }

  releaseAll() {
    for (const port of this.#held) remove(join(this.#folder, String(port)))
    this.#held.clear()
  }
}

/** @param {string} file */
function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

/** @param {string} file */
function remove(file) {
  try {
    unlinkSync(file)
  } catch {
    // Gone already.
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code
}
