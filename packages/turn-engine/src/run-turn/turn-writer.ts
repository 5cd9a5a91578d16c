import type { TurnFrame } from '@brainlyx/chat-contract'
import { createBeat, eventLoopCrowding } from '@brainlyx/service-kit'
import type { LiveTurn } from '../turn-log/live-turn.ts'
import { formatPosition } from '../turn-log/log-position.ts'
import type { TurnLog } from '../turn-log/turn-log.ts'

/** Deltas after the first wait this long for each other at most, and longer the more crowded the process is. */
const BEAT_MS = { shortest: 50, longest: 300 } as const
/** One for all turns of the process, so that they reach Redis and their readers together. */
const beat = createBeat(beatMs)

export interface TurnWriterOptions {
  turnId: string
  epoch: number
  log: TurnLog
  live: LiveTurn
  /** Whether this process may still speak for its turns. */
  isAlive: () => boolean
  /** Frames that begin a lost log anew: a snapshot of all that was answered so far, and which turn it is. */
  recap: () => TurnFrame[]
  /** Called once, when another process has taken the turn over or this one must take itself for dead. */
  onLost: () => void
}

/**
 * Writes a turn's frames: first to the log, then to this process's readers what the log accepted. The first delta
 * and all that is not a delta go at once, further deltas every 50 ms at most, less often where the process is busy.
 * Without Redis the readers of this process still get everything, and the log begins again with a snapshot once Redis
 * is back.
 */
export class TurnWriter {
  readonly #options: TurnWriterOptions
  #queue: TurnFrame[] = []
  #seq = 0
  #flushing: Promise<void> | undefined
  #hadDelta = false
  #flushedAt = Number.NEGATIVE_INFINITY
  #logIsWhole = true
  #lost = false

  constructor(options: TurnWriterOptions) {
    this.#options = options
  }

  get lost(): boolean {
    return this.#lost
  }

  write(...frames: TurnFrame[]): void {
    if (this.#lost || frames.length === 0) return
    let urgent = false
    for (const frame of frames) {
      urgent ||= !isDelta(frame) || !this.#hadDelta
      this.#hadDelta ||= isDelta(frame)
      this.#enqueue(frame)
    }
    if (urgent) void this.flush()
    else if (this.#isSeldom()) void this.flush()
    else beat.await(this.#flushAtBeat)
  }

  /** Resolves when everything written so far has been passed on, or the turn is lost. */
  async flush(): Promise<void> {
    beat.forget(this.#flushAtBeat)
    this.#flushedAt = performance.now()
    while (this.#flushing !== undefined) await this.#flushing
    if (this.#queue.length === 0 || this.#lost) return
    this.#flushing = this.#flushQueue().finally(() => (this.#flushing = undefined))
    await this.#flushing
  }

  /** They come so far apart that to wait for more would only make them late: a slow model, or a crowded router's beat. */
  #isSeldom(): boolean {
    const apartMs = Math.max(BEAT_MS.shortest, beatMs() / 2)
    return performance.now() - this.#flushedAt >= apartMs
  }

  readonly #flushAtBeat = (): void => void this.flush()

  #enqueue(frame: TurnFrame): void {
    const last = this.#queue.at(-1)
    if (isDelta(frame) && last !== undefined && isDelta(last) && last.type === frame.type) {
      this.#queue[this.#queue.length - 1] = { type: frame.type, text: last.text + frame.text }
    } else this.#queue.push(frame)
  }

  async #flushQueue(): Promise<void> {
    if (!this.#options.isAlive()) return this.#lose()
    const frames = this.#take()
    if (!this.#logIsWhole) return this.#beginAgain(frames)
    const { log, live, turnId, epoch } = this.#options
    const seq = this.#seq + 1
    this.#seq += frames.length
    const result = await log.append(turnId, { epoch, seq }, frames, { begin: seq === 1 })
    if (result === 'stale') return this.#lose()
    if (result === 'missing') {
      this.#seq = seq - 1
      return this.#beginAgain([...frames, ...this.#take()])
    }
    this.#logIsWhole = result === 'accepted'
    live.append(this.#entries(seq, frames))
  }

  /**
   * The log lacks something: what comes next is a snapshot instead of `frames`, in the log and for readers alike. Its
   * text is all that was written, so the queue must be empty here.
   */
  async #beginAgain(frames: TurnFrame[]): Promise<void> {
    const { log, live, turnId, epoch } = this.#options
    const recap = [...this.#options.recap(), ...frames.filter(isBesideTheAnswer)]
    let seq = this.#seq + 1
    let result = await log.append(turnId, { epoch, seq }, recap, { begin: true })
    while (result === 'ahead') {
      seq++
      result = await log.append(turnId, { epoch, seq }, recap, { begin: true })
    }
    if (result === 'stale') return this.#lose()
    this.#logIsWhole = result === 'accepted'
    // What is not in the log goes on from what the readers here have: they are not to miss what never was.
    const [first, passedOn] = this.#logIsWhole ? [seq, recap] : [this.#seq + 1, frames]
    this.#seq = first + passedOn.length - 1
    live.append(this.#entries(first, passedOn))
  }

  #take(): TurnFrame[] {
    const frames = this.#queue
    this.#queue = []
    return frames
  }

  #entries(seq: number, frames: readonly TurnFrame[]): { id: string; frame: TurnFrame }[] {
    const { epoch } = this.#options
    return frames.map((frame, index) => ({
      id: formatPosition({ epoch, seq: seq + index }),
      frame,
    }))
  }

  #lose(): void {
    this.#lost = true
    this.#queue = []
    this.#options.live.finish('lost')
    this.#options.onLost()
  }
}

function beatMs(): number {
  return BEAT_MS.shortest + eventLoopCrowding() * (BEAT_MS.longest - BEAT_MS.shortest)
}

type DeltaFrame = Extract<TurnFrame, { type: 'text-delta' | 'reasoning-delta' }>

function isDelta(frame: TurnFrame): frame is DeltaFrame {
  return frame.type === 'text-delta' || frame.type === 'reasoning-delta'
}

function isBesideTheAnswer(frame: TurnFrame): boolean {
  return ['usage', 'notice', 'turn-end', 'turn-error'].includes(frame.type)
}
