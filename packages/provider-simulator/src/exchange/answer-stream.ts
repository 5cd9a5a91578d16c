import type { ServerResponse } from 'node:http'
import type { FaultPlan } from '../fault/fault-plan.ts'
import type { Pace } from '../pace/pace.ts'
import type { TickWheel, WheelTask } from '../pace/tick-wheel.ts'
import type { Exchange, Frame, Wire } from '../wire/wire.ts'
import type { RunningAttempt } from './running-attempt.ts'
import { byteSink, directSink } from './sink.ts'
import type { Sink } from './sink.ts'

const flushCharacters = 16_384

export interface StreamOptions {
  response: ServerResponse
  wheel: TickWheel
  pace: Pace
  plan: FaultPlan
  wire: Wire
  exchange: Exchange
  attempt: RunningAttempt
}

/**
 * Writes an answer event by event. Each event is due when its last token is; those that are due in the same tick
 * leave in one write. Midway faults strike before the event that follows their token.
 */
export class AnswerStream {
  readonly #options: StreamOptions
  readonly #frames: Iterator<Frame>
  readonly #sink: Sink
  readonly #task: WheelTask
  readonly #firstTokenAtMs: number
  readonly #msPerToken: number
  readonly #byBytes: boolean
  #pending: Frame | undefined
  #tokens = 0
  #nextFault = 0
  #buffer = ''
  #headersSent = false

  constructor(options: StreamOptions) {
    const { pace, plan, attempt, response, wheel } = options
    this.#options = options
    this.#frames = options.wire.frames(options.exchange)[Symbol.iterator]()
    this.#byBytes = plan.byteEveryMs !== undefined
    this.#sink =
      plan.byteEveryMs === undefined
        ? directSink(response)
        : byteSink(response, wheel, plan.byteEveryMs)
    this.#firstTokenAtMs = attempt.arrivedAtMs + (plan.firstTokenMs ?? pace.timeToFirstTokenMs)
    this.#msPerToken = pace.tokensPerSecond === 0 ? 0 : 1000 / pace.tokensPerSecond
    this.#task = { dueAtMs: 0, cancelled: false, run: (nowMs) => this.#pump(nowMs) }
    attempt.onAbort(() => {
      this.#task.cancelled = true
    })
  }

  start(): void {
    if (this.#options.wire.opensEarly) this.#sendHeaders()
    this.#pump(this.#options.wheel.now())
  }

  #pump(nowMs: number): void {
    for (;;) {
      if (this.#options.attempt.settled()) return
      const frame = this.#pending ?? this.#next()
      if (frame === undefined) return this.#finish()
      this.#pending = frame
      if (this.#faultStrikes(frame)) {
        if (this.#applyFault()) return
        continue
      }
      const dueAtMs = this.#dueAtMs(frame)
      if (dueAtMs > nowMs) return this.#waitUntil(dueAtMs)
      this.#pending = undefined
      this.#take(frame, nowMs)
      const full = this.#byBytes || this.#buffer.length > flushCharacters
      if (full && !this.#flush()) {
        this.#sink.onceReady(() => this.#pump(this.#options.wheel.now()))
        return
      }
    }
  }

  #next(): Frame | undefined {
    for (;;) {
      const result = this.#frames.next()
      if (result.done === true) return undefined
      if (result.value.kind === 'marker' && this.#options.plan.noEndMarker) continue
      return result.value
    }
  }

  #dueAtMs(frame: Frame): number {
    if (frame.kind === 'opening' && this.#options.wire.opensEarly) return 0
    const tokensBefore = Math.max(0, this.#tokens + frame.tokens - 1)
    return this.#firstTokenAtMs + tokensBefore * this.#msPerToken
  }

  #waitUntil(dueAtMs: number): void {
    this.#flush()
    this.#task.dueAtMs = dueAtMs
    this.#options.wheel.schedule(this.#task)
  }

  #take(frame: Frame, nowMs: number): void {
    const { record, arrivedAtMs } = this.#options.attempt
    this.#buffer += frame.data
    if (frame.tokens > 0) {
      this.#tokens += frame.tokens
      record.tokensOut = this.#tokens
      record.firstTokenMs ??= Math.round(nowMs - arrivedAtMs)
    }
    if (frame.finish !== undefined) record.finish = frame.finish
  }

  #sendHeaders(): void {
    if (this.#headersSent) return
    this.#headersSent = true
    const { response, wire, exchange, attempt } = this.#options
    attempt.record.status = 200
    response.writeHead(200, { ...wire.headers(exchange), 'content-type': wire.eventStreamType })
    // The headers leave with the first events where there are any yet.
    response.socket?.cork()
    response.flushHeaders()
    process.nextTick(() => response.socket?.uncork())
  }

  /** False: the reader is behind. */
  #flush(): boolean {
    if (this.#buffer === '') return true
    this.#sendHeaders()
    const data = this.#buffer
    this.#buffer = ''
    return this.#sink.write(data)
  }

  #faultStrikes(frame: Frame): boolean {
    const fault = this.#options.plan.midway[this.#nextFault]
    return fault !== undefined && frame.kind !== 'opening' && this.#tokens >= fault.afterTokens
  }

  /** True: the stream goes no further. */
  #applyFault(): boolean {
    const { plan, wire, exchange, attempt } = this.#options
    const action = plan.midway[this.#nextFault]?.action
    this.#nextFault += 1
    if (action === 'garbage') {
      this.#buffer += wire.garbage(exchange)
      return false
    }
    if (action === 'error') this.#buffer += wire.streamError(exchange)
    this.#flush()
    this.#sendHeaders()
    // A stalled connection stays open: who ends it is seen later.
    if (action === 'pings') this.#pingEverySecond()
    if (action === 'stall' || action === 'pings') return true
    attempt.settle('fault')
    if (action === 'cut') this.#sink.cut()
    else this.#sink.end()
    return true
  }

  #pingEverySecond(): void {
    const { wheel, wire } = this.#options
    const isAnthropic = wire.provider === 'anthropic'
    const ping = isAnthropic ? 'event: ping\ndata: {"type": "ping"}\n\n' : ': keep-alive\n\n'
    this.#task.run = (nowMs) => {
      this.#sink.write(ping)
      this.#task.dueAtMs = nowMs + 1000
      wheel.schedule(this.#task)
    }
    this.#task.run(wheel.now())
  }

  #finish(): void {
    this.#flush()
    const { plan, attempt } = this.#options
    if (plan.staysOpen) return
    attempt.settle(plan.noEndMarker ? 'fault' : 'completed')
    this.#sink.end()
  }
}
