import type { Problem } from '@brainlyx/chat-contract'
import { connectionLost } from '../api/connection-lost.ts'
import { reconnectionPauseMs } from './reconnection-pause.ts'

export interface PatienceOptions {
  problemOf: (response: Response) => Promise<Problem>
  /** It has failed more than once and is being tried again: worth a word to whoever waits. */
  onReconnecting: () => void
  /** Ends early where the network is back. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** 0 ≤ value < 1. */
  random: () => number
  signal: AbortSignal
}

/** About seven minutes of trying: a tunnel, a restart, a train's dead zone. */
const ATTEMPTS = 60
/** A server that has not begun to answer by then never will. */
const LONGEST_WAIT_MS = 30_000
/** Whoever is asked to come back later than that wants to know why, not to wait. */
const LONGEST_PAUSE_MS = 10_000

export type Answered = { ok: true; response: Response } | { ok: false; problem: Problem }

/**
 * Counts the failures of one conversation with the server, and paces what follows each. A refusal is final unless it is
 * our own side's trouble (5xx), or too much at once (429).
 */
export class Patience {
  readonly #options: PatienceOptions
  #failures = 0
  #retryMs: number | undefined
  #problem: Problem = connectionLost

  constructor(options: PatienceOptions) {
    this.#options = options
  }

  /** Something arrived: the line is good again. */
  readonly renew = (): void => {
    this.#failures = 0
    this.#problem = connectionLost
  }

  /** What the stream asks for, where it ends. */
  readonly advise = (retryMs: number): void => {
    this.#retryMs = retryMs
  }

  /** @param open asks once; called until it is answered, refused for good, or patience is at its end. */
  async ask(open: (signal: AbortSignal) => Promise<Response>): Promise<Answered> {
    const { signal } = this.#options
    while (this.#failures < ATTEMPTS) {
      signal.throwIfAborted()
      try {
        const response = await this.#openInTime(open)
        if (response.ok) return { ok: true, response }
        this.#problem = await this.#options.problemOf(response)
        const mayPass = response.status >= 500 || response.status === 429
        const isLong = (this.#problem.retryAfterMs ?? 0) > LONGEST_PAUSE_MS
        if (!this.#problem.retryable || !mayPass || isLong)
          return { ok: false, problem: this.#problem }
      } catch {
        signal.throwIfAborted()
        this.#problem = connectionLost
      }
      await this.pause()
    }
    return { ok: false, problem: this.#problem }
  }

  /** Waits after a failure, longer after each. */
  async pause(): Promise<void> {
    const { onReconnecting, sleep, random, signal } = this.#options
    this.#failures++
    // A replica that leaves sends its readers elsewhere at once: nothing to speak of.
    if (this.#failures > 1) onReconnecting()
    const { retryAfterMs } = this.#problem
    await sleep(
      reconnectionPauseMs({
        failures: this.#failures,
        retryAfterMs,
        retryMs: this.#retryMs,
        random: random(),
      }),
      signal,
    )
  }

  async #openInTime(open: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
    const attempt = new AbortController()
    const timer = setTimeout(() => attempt.abort(), LONGEST_WAIT_MS)
    try {
      return await open(AbortSignal.any([this.#options.signal, attempt.signal]))
    } finally {
      clearTimeout(timer)
    }
  }
}
