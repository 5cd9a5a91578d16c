import type { TurnFrame } from '@brainlyx/chat-contract'
import type { BrainlyxEvent, ChatCompletionChunk } from '@brainlyx/router-contract'
import type { Answer } from './answer.ts'
import type { AttemptLedger } from './attempt-ledger.ts'
import type { TurnToRun } from './turn-to-run.ts'

type RouteFrame = Extract<TurnFrame, { type: 'route' }>

/** Hears what the router says of a turn, keeps it in the answer and the ledger, and says it as frames. */
export class TurnTeller {
  readonly start: TurnFrame
  readonly #answer: Answer
  readonly #ledger: AttemptLedger
  #route: RouteFrame | undefined
  /** By their attempts: the router may ask two at once, and tell whom it hears by giving the other up. */
  readonly #running = new Map<string, RouteFrame>()
  /** Of the call that made the answer whole. */
  #lastUsage: TurnFrame | undefined
  #producedLength = 0

  constructor(options: {
    turn: TurnToRun
    answer: Answer
    ledger: AttemptLedger
    route: RouteFrame | undefined
  }) {
    const { turnId, chatId, userMessage, model } = options.turn
    this.start = { type: 'turn-start', turnId, chatId, userMessageId: userMessage.id, model }
    this.#answer = options.answer
    this.#ledger = options.ledger
    this.#route = options.route
  }

  /** The model that answers, where that was said. */
  get model(): string | undefined {
    return this.#route?.model
  }

  /** How many characters the provider call that runs has produced. */
  get producedLength(): number {
    return this.#producedLength
  }

  take(chunk: ChatCompletionChunk): TurnFrame[] {
    const told = chunk.brainlyx === undefined ? [] : this.#hear(chunk.brainlyx)
    const grown = this.#answer.add(chunk)
    for (const frame of grown) this.#producedLength += lengthOf(frame)
    return [...told, ...grown]
  }

  /** All that a reader must know who knows nothing; what stands in for everything before comes first. */
  recap(): TurnFrame[] {
    const frames = [this.#answer.snapshot(), this.start, this.#route, this.#lastUsage]
    return frames.filter((frame) => frame !== undefined)
  }

  #hear(event: BrainlyxEvent): TurnFrame[] {
    if (event.type === 'restart') return [this.#answer.restart()]
    if (event.type === 'attempt-start') {
      this.#ledger.announce(event)
      this.#producedLength = 0
      const { attemptId, deployment, provider, model } = event
      const route: RouteFrame = { type: 'route', deployment, provider, model }
      this.#running.set(attemptId, route)
      return this.#goBy(route)
    }
    this.#ledger.settle(event)
    const { attemptId, outcome, usage, costPicoUsd } = event
    this.#running.delete(attemptId)
    const [left] = this.#running.values()
    const rerouted = left === undefined ? [] : this.#goBy(left)
    if (usage === null) return rerouted
    const { finish } = this.#answer
    const isWhole = outcome === 'completed' && finish !== undefined
    const frame: TurnFrame = { type: 'usage', ...usage, costPicoUsd, attemptId }
    if (!isWhole) return [...rerouted, frame]
    this.#lastUsage = { ...frame, finish }
    return [...rerouted, this.#lastUsage]
  }

  #goBy(route: RouteFrame): RouteFrame[] {
    if (this.#route?.deployment === route.deployment) return []
    this.#route = route
    return [route]
  }
}

function lengthOf(frame: TurnFrame): number {
  if (frame.type === 'tool-call') return frame.arguments.length
  return 'text' in frame ? frame.text.length : 0
}
