import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { explainText } from '../explain-error.mjs'
import { Failure } from '../failure.mjs'
import { lastLines } from './last-lines.mjs'

const STOP_WITHIN_MS = 20_000
/** More ends than this within the window, and the program is given up. */
const RESTARTS = 5
const WINDOW_MS = 60_000

/**
 * @typedef {object} KeptProcessOptions
 * @property {string} name
 * @property {NodeJS.Signals} stopSignal
 * @property {string} logFile
 * @property {() => import('node:child_process').ChildProcess} spawn
 * @property {(hasEnded: () => boolean) => Promise<void>} whenReady
 * @property {number} [stopWithinMs] then it is killed
 * @property {(event: 'ended' | 'ready') => void} [onRestart]
 */

/** A program that is started again when it ends unasked. */
export class KeptProcess {
  /** @type {Failure | undefined} why it was given up */
  failure
  #options
  #stopping = false
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  /** @type {number[]} */
  #endedAt = []
  /** @type {Promise<void>} */
  #ended = Promise.resolve()

  /** @param {KeptProcessOptions} options */
  constructor(options) {
    this.#options = options
  }

  /**
   * @param {KeptProcessOptions} options
   * @returns {Promise<KeptProcess>} once it is ready
   */
  static async start(options) {
    const kept = new KeptProcess(options)
    await kept.run()
    return kept
  }

  /** Starts it. @returns {Promise<void>} once it is ready */
  async run() {
    const child = this.#options.spawn()
    this.#child = child
    let hasEnded = false
    this.#ended = new Promise((resolve) => {
      const end = () => {
        hasEnded = true
        resolve()
      }
      child.once('exit', end)
      child.once('error', end)
    })
    try {
      await this.#options.whenReady(() => hasEnded)
    } catch (error) {
      await this.#signalAndWait()
      throw this.#explain(error)
    }
    void this.#ended.then(() => this.#startAgain())
  }

  async #startAgain() {
    if (this.#stopping) return
    const now = performance.now()
    this.#endedAt = [...this.#endedAt.filter((at) => now - at < WINDOW_MS), now]
    if (this.#endedAt.length > RESTARTS) {
      this.failure = this.#explain(new Error('it ends again and again'))
      return
    }
    this.#options.onRestart?.('ended')
    await sleep(200)
    if (this.#stopping) return
    try {
      await this.run()
      this.#options.onRestart?.('ready')
    } catch (error) {
      this.failure = /** @type {Failure} */ (error)
    }
  }

  /** @param {unknown} cause */
  #explain(cause) {
    const { name, logFile } = this.#options
    const details = lastLines(logFile)
    return (
      explainText(details) ??
      new Failure(`${name} does not run.`, { details, cause, mend: `Its log is ${logFile}.` })
    )
  }

  async stop() {
    this.#stopping = true
    await this.#signalAndWait()
  }

  /** At once, with everything it has started. */
  kill() {
    this.#stopping = true
    if (this.#child !== undefined) killGroup(this.#child)
  }

  async #signalAndWait() {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill(this.#options.stopSignal)
    const patience = new AbortController()
    const timeout = sleep(this.#options.stopWithinMs ?? STOP_WITHIN_MS, undefined, {
      signal: patience.signal,
    }).then(
      () => killGroup(child),
      () => undefined,
    )
    await Promise.race([this.#ended, timeout])
    await this.#ended
    patience.abort()
  }
}

/** @param {import('node:child_process').ChildProcess} child the leader of a group of its own */
function killGroup(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}
