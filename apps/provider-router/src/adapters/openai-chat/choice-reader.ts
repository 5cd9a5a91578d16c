import type { TokenLogprob } from '@brainlyx/router-contract'
import type { StreamPart } from '../stream-part.ts'
import { asCount, asObject, asObjects, asString, asText } from '../wire-value/read-value.ts'
import { readLogprobs } from '../wire-value/read-logprobs.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { classifyFailure } from '../failure/classify-failure.ts'
import { completionFinish, isBroken } from './completion-finish.ts'

interface OpenToolCall {
  /** Where the provider counts it; absent at some OpenAI-compatible servers. */
  readonly position: number | undefined
  id: string | null
  name: string
  started: boolean
  /** Something of its arguments came, or it takes text and may have none. */
  filled: boolean
}

/**
 * Reads one choice of a chat completion: deltas of a stream, or a whole message, which is one large delta. Takes in
 * what OpenAI-compatible servers add: `reasoning` or `reasoning_content`, Groq's `executed_tools`, the older
 * `function_call`, tool calls without an index.
 */
export class ChoiceReader {
  readonly #choice: number
  readonly #calls: OpenToolCall[] = []
  readonly #serverTools = new Set<string>()
  #finished = false

  constructor(choice: number) {
    this.#choice = choice
  }

  get finished(): boolean {
    return this.#finished
  }

  /**
   * @param wire the choice, and `message` the delta or the message in it
   * @param parts gets what they say: a list and no generator, since this runs for every token
   * @throws {ProviderError} where the server says that it could not finish
   */
  read(wire: WireObject, message: WireObject, parts: StreamPart[]): void {
    const choice = this.#choice
    const logprobs = asObject(wire['logprobs'])
    const reasoning = asText(message['reasoning_content']) ?? asText(message['reasoning'])
    if (reasoning !== undefined)
      parts.push({ type: 'reasoning-delta', choice, text: reasoning, block: 0 })
    const text = spoken(textOf(message['content']), logprobs?.['content'])
    if (text !== undefined) parts.push({ type: 'text-delta', choice, block: 0, ...text })
    const refusal = spoken(asText(message['refusal']), logprobs?.['refusal'])
    if (refusal !== undefined) parts.push({ type: 'refusal-delta', choice, ...refusal })
    const annotations = asObjects(message['annotations'])
    if (annotations.length > 0) parts.push({ type: 'annotations', choice, annotations })
    for (const call of asObjects(message['tool_calls'])) this.#toolCall(call, parts)
    const legacy = asObject(message['function_call'])
    if (legacy !== undefined) this.#toolCall({ index: 0, function: legacy }, parts)
    this.#executedTools(message, parts)
    const raw = asText(wire['finish_reason'])
    if (raw === undefined || this.#finished) return
    if (isBroken(raw)) {
      throw classifyFailure({ status: null, body: wire, inStream: true, rawFinish: raw })
    }
    this.#finish(raw, parts)
  }

  #toolCall(delta: WireObject, parts: StreamPart[]): void {
    // `custom` tools carry free text in place of JSON.
    const custom = asObject(delta['custom'])
    const body = asObject(delta['function']) ?? custom ?? {}
    const index = this.#indexOf(delta)
    const call = this.#calls[index]!
    call.id ??= asText(delta['id']) ?? null
    call.name ||= asString(body['name']) ?? ''
    if (!call.started && call.name !== '') {
      call.started = true
      const { id, name } = call
      parts.push({ type: 'tool-call-start', choice: this.#choice, index, id, name })
    }
    call.filled ||= custom !== undefined
    const fragment =
      asText(body['arguments']) ?? wholeObject(body['arguments']) ?? asText(body['input'])
    if (fragment !== undefined) {
      call.filled = true
      parts.push({ type: 'tool-call-delta', choice: this.#choice, index, arguments: fragment })
    }
  }

  #indexOf(delta: WireObject): number {
    const position = asCount(delta['index'])
    const id = asText(delta['id'])
    const known = this.#calls.findIndex((call) =>
      position === undefined ? id !== undefined && call.id === id : call.position === position,
    )
    if (known !== -1) return known
    if (position === undefined && id === undefined && this.#calls.length > 0) {
      return this.#calls.length - 1
    }
    this.#calls.push({ position, id: null, name: '', started: false, filled: false })
    return this.#calls.length - 1
  }

  /** Groq sends each tool that it ran itself twice: begun, and with its output. */
  #executedTools(message: WireObject, parts: StreamPart[]): void {
    for (const tool of asObjects(message['executed_tools'])) {
      const id = `${asCount(tool['index']) ?? this.#serverTools.size}`
      if (this.#serverTools.has(id)) continue
      this.#serverTools.add(id)
      parts.push({
        type: 'server-tool-call',
        choice: this.#choice,
        kind: asString(tool['type']) ?? 'executed_tool',
        name: asString(tool['name']) ?? null,
      })
    }
  }

  #finish(raw: string, parts: StreamPart[]): void {
    this.#finished = true
    for (const [index, { filled }] of this.#calls.entries()) {
      // Clients parse them, and nothing is no JSON.
      if (!filled)
        parts.push({ type: 'tool-call-delta', choice: this.#choice, index, arguments: '{}' })
      parts.push({ type: 'tool-call-end', choice: this.#choice, index })
    }
    const reason = completionFinish(raw, this.#calls.length > 0)
    parts.push({ type: 'finish', choice: this.#choice, reason, raw })
  }
}

/** Some servers send arguments as the object itself. */
function wholeObject(value: unknown): string | undefined {
  const object = asObject(value)
  return object === undefined ? undefined : JSON.stringify(object)
}

/** A string, or the list of parts that some servers send. */
function textOf(content: unknown): string | undefined {
  if (Array.isArray(content)) {
    return asText(
      asObjects(content)
        .map((part) => asString(part['text']) ?? '')
        .join(''),
    )
  }
  return asText(content)
}

/** A token that is the beginning of a character comes with its likelihood and no text yet. */
function spoken(
  text: string | undefined,
  tokens: unknown,
): { readonly text: string; readonly logprobs?: readonly TokenLogprob[] } | undefined {
  const logprobs = readLogprobs(tokens)
  if (logprobs !== undefined) return { text: text ?? '', logprobs }
  return text === undefined ? undefined : { text }
}
