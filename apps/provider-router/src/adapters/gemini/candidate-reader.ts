import type { FinishReason } from '@brainlyx/router-contract'
import type { StreamPart } from '../stream-part.ts'
import { asObject, asObjects, asString, asText } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { PartialArguments } from './partial-arguments.ts'

/** What Gemini ran or made itself, by the name of its part. */
const SERVER_PARTS = ['executableCode', 'codeExecutionResult', 'inlineData', 'fileData'] as const

/** Reads one candidate: chunks of a stream, or a whole one. */
export class CandidateReader {
  readonly #choice: number
  #openCall: { index: number; partial: PartialArguments } | undefined
  #calls = 0
  #finish: string | undefined

  constructor(choice: number) {
    this.#choice = choice
  }

  *read(candidate: WireObject): Generator<StreamPart> {
    for (const part of asObjects(asObject(candidate['content'])?.['parts'])) yield* this.#part(part)
    // Some models name a reason in every chunk: the last one counts.
    this.#finish = asText(candidate['finishReason']) ?? this.#finish
  }

  /** Gives the finish, once nothing more can come; nothing where none was named. */
  *end(): Generator<StreamPart> {
    yield* this.#closeCall()
    if (this.#finish === undefined) return
    const reason = FINISH[this.#finish] ?? (this.#calls > 0 ? 'tool_calls' : 'stop')
    yield { type: 'finish', choice: this.#choice, reason, raw: this.#finish }
  }

  *#part(part: WireObject): Generator<StreamPart> {
    const choice = this.#choice
    const text = asText(part['text'])
    if (text !== undefined) {
      yield {
        type: part['thought'] === true ? 'reasoning-delta' : 'text-delta',
        choice,
        text,
        block: 0,
      }
    }
    const signature = asText(part['thoughtSignature'])
    const call = asObject(part['functionCall'])
    if (call !== undefined) yield* this.#functionCall(call, signature)
    if (signature !== undefined) yield { type: 'reasoning-signature', choice, signature }
    for (const kind of SERVER_PARTS) {
      const value = asObject(part[kind])
      if (value === undefined) continue
      yield { type: 'server-tool-call', choice, kind, name: asString(value['mimeType']) ?? null }
    }
  }

  *#functionCall(call: WireObject, signature: string | undefined): Generator<StreamPart> {
    const name = asText(call['name'])
    if (name !== undefined) {
      yield* this.#closeCall()
      const index = this.#calls++
      const id = asText(call['id']) ?? null
      const start = { type: 'tool-call-start', choice: this.#choice, index, id, name } as const
      yield signature === undefined ? start : { ...start, signature }
      this.#openCall = { index, partial: new PartialArguments() }
    }
    this.#openCall?.partial.apply(call)
    if (call['willContinue'] !== true) yield* this.#closeCall()
  }

  *#closeCall(): Generator<StreamPart> {
    const call = this.#openCall
    if (call === undefined) return
    this.#openCall = undefined
    const choice = this.#choice
    yield { type: 'tool-call-delta', choice, index: call.index, arguments: call.partial.toJson() }
    yield { type: 'tool-call-end', choice, index: call.index }
  }
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
}
