import type { AnswerFinish, MessagePart, TurnFrame } from '@brainlyx/chat-contract'
import type { ChatCompletionChunk, FinishReason } from '@brainlyx/router-contract'
import { textToContinue } from './text-to-continue.ts'

const FINISH: Readonly<Record<FinishReason, AnswerFinish>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  content_filter: 'content-filter',
}

/** The answer as it grows. What it is told in chunks it keeps as a message's parts and says as frames. */
export class Answer {
  #parts: MessagePart[]
  readonly #openCalls = new Map<number, { id: string; name: string; arguments: string }>()
  #finish: AnswerFinish | undefined

  /** @param kept what another process has made of it already */
  constructor(kept?: { parts: readonly MessagePart[]; finish: AnswerFinish | undefined }) {
    this.#parts = structuredClone([...(kept?.parts ?? [])])
    this.#finish = kept?.finish
  }

  get parts(): readonly MessagePart[] {
    return this.#parts
  }

  /** Absent until the model said how it ended. */
  get finish(): AnswerFinish | undefined {
    return this.#finish
  }

  /** From where another call can go on; undefined where it has to begin. */
  get textToContinue(): string | undefined {
    return this.#openCalls.size > 0 ? undefined : textToContinue(this.#parts)
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  /** Takes in the first choice of `chunk`; we never ask for more. */
  add(chunk: ChatCompletionChunk): TurnFrame[] {
    const choice = chunk.choices[0]
    if (choice === undefined) return []
    const { delta, finish_reason: finishReason } = choice
    const frames: TurnFrame[] = []
    const reasoning = withoutNul(delta.reasoning_content ?? '')
    if (reasoning !== '') frames.push(this.#extend('reasoning', reasoning))
    // A refusal is what the model has to say, so the reader sees it as text.
    const text = withoutNul(`${delta.content ?? ''}${delta.refusal ?? ''}`)
    if (text !== '') frames.push(this.#extend('text', text))
    for (const call of delta.tool_calls ?? []) {
      const open = this.#openCalls.get(call.index) ?? { id: '', name: '', arguments: '' }
      open.id = call.id ?? open.id
      open.name += call.function?.name ?? ''
      open.arguments += withoutNul(call.function?.arguments ?? '')
      this.#openCalls.set(call.index, open)
    }
    if (finishReason !== null) {
      frames.push(...this.#closeCalls())
      this.#finish = FINISH[finishReason]
    }
    return frames
  }

  /** Forgets everything: the answer is begun again elsewhere. */
  restart(): TurnFrame {
    this.#parts = []
    this.#openCalls.clear()
    this.#finish = undefined
    return { type: 'answer-snapshot', parts: [] }
  }

  /** Gives up what another call cannot go on from. @returns what readers must be told of it */
  keepWhatContinues(): TurnFrame[] {
    const text = this.textToContinue
    const shown = this.#parts
    if (text === undefined) {
      const restart = this.restart()
      return shown.length === 0 ? [] : [restart]
    }
    this.#parts = [{ type: 'text', text }]
    this.#finish = undefined
    return shown.length === 1 && shown[0]?.type === 'text' && shown[0].text === text
      ? []
      : [this.snapshot()]
  }

  snapshot(): TurnFrame {
    return { type: 'answer-snapshot', parts: structuredClone(this.#parts) }
  }

  #extend(type: 'text' | 'reasoning', text: string): TurnFrame {
    const last = this.#parts.at(-1)
    if (last?.type === type) last.text += text
    else this.#parts.push({ type, text })
    return { type: `${type}-delta`, text }
  }

  /** The parts as they can be stored: a stop may have cut an emoji in half, which Postgres refuses. */
  storable(): MessagePart[] {
    return this.#parts.map((part) =>
      part.type === 'tool-call'
        ? { ...part, arguments: part.arguments.toWellFormed() }
        : { ...part, text: part.text.toWellFormed() },
    )
  }

  /** A tool call is shown once it is whole: half of its arguments is of no use to anyone. */
  #closeCalls(): TurnFrame[] {
    const calls = [...this.#openCalls.values()]
    this.#openCalls.clear()
    for (const call of calls) this.#parts.push({ type: 'tool-call', ...call })
    return calls.map((call) => ({ type: 'tool-call', ...call }))
  }
}

/** Postgres takes no NUL in text, and nobody can read one. */
function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}
