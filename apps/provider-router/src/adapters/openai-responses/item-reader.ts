import type { StreamPart } from '../stream-part.ts'
import { readLogprobs } from '../wire-value/read-logprobs.ts'
import { asObjects, asString, asText } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'

const choice = 0

/** Items that carry an answer's own words or calls; every other kind is a tool that OpenAI ran itself. */
const OWN_KINDS = new Set(['message', 'reasoning', 'function_call', 'custom_tool_call'])

interface OpenItem {
  readonly kind: string
  /** Tool calls: their place among the tool calls. */
  readonly callIndex: number
  /** What has been passed on so far, by content or summary part. */
  readonly given: Map<string, string>
}

/**
 * Reads output items, by their events or whole. Whatever the deltas of an item left out is taken from its end, so an
 * item that comes in one piece reads the same.
 */
export class ItemReader {
  readonly #open = new Map<number, OpenItem>()
  readonly #closed = new Set<number>()
  readonly #textBlocks = new Map<string, number>()
  readonly #reasoningBlocks = new Map<string, number>()
  #calls = 0
  #lastIsMessage = false

  /** The last item is a message, it is whole, and nothing else is under way. */
  get endWithMessage(): boolean {
    return this.#open.size === 0 && this.#lastIsMessage
  }

  get calledTools(): boolean {
    return this.#calls > 0
  }

  *add(index: number, item: WireObject): Generator<StreamPart> {
    if (this.#open.has(index) || this.#closed.has(index)) return
    const kind = asString(item['type']) ?? 'unknown'
    const isCall = kind === 'function_call' || kind === 'custom_tool_call'
    this.#open.set(index, { kind, callIndex: isCall ? this.#calls++ : -1, given: new Map() })
    if (isCall) {
      const id = asText(item['call_id']) ?? asText(item['id']) ?? null
      const name = asString(item['name']) ?? ''
      yield { type: 'tool-call-start', choice, index: this.#calls - 1, id, name }
    } else if (!OWN_KINDS.has(kind)) {
      yield { type: 'server-tool-call', choice, kind, name: asText(item['name']) ?? null }
    }
  }

  /** @param tokens how likely each of them was, where that was asked for */
  *text(index: number, part: unknown, delta: unknown, tokens?: unknown): Generator<StreamPart> {
    const text = this.#take(index, `text ${String(part)}`, delta)
    if (text === undefined) return
    const block = blockOf(this.#textBlocks, `${index} ${String(part)}`)
    const logprobs = readLogprobs(tokens)
    const said = { type: 'text-delta', choice, text, block } as const
    yield logprobs === undefined ? said : { ...said, logprobs }
  }

  *refusal(index: number, part: unknown, delta: unknown): Generator<StreamPart> {
    const text = this.#take(index, `refusal ${String(part)}`, delta)
    if (text !== undefined) yield { type: 'refusal-delta', choice, text }
  }

  /** `source`: a summary of the reasoning, or the reasoning itself where a model shows it. */
  *reasoning(index: number, source: string, part: unknown, delta: unknown): Generator<StreamPart> {
    const key = `${source} ${String(part)}`
    const text = this.#take(index, key, delta)
    if (text === undefined) return
    const block = blockOf(this.#reasoningBlocks, `${index} ${key}`)
    yield { type: 'reasoning-delta', choice, text, block }
  }

  *argumentsDelta(index: number, delta: unknown): Generator<StreamPart> {
    const item = this.#open.get(index)
    if (item === undefined || item.callIndex === -1) return
    const text = this.#take(index, 'arguments', delta)
    if (text === undefined) return
    yield { type: 'tool-call-delta', choice, index: item.callIndex, arguments: text }
  }

  *done(index: number, item: WireObject): Generator<StreamPart> {
    if (this.#closed.has(index)) return
    yield* this.add(index, item)
    for (const [place, part] of asObjects(item['content']).entries()) {
      if (part['type'] === 'reasoning_text') {
        yield* this.reasoning(
          index,
          'text',
          place,
          this.#missing(index, `text ${place}`, part['text']),
        )
      } else if (part['type'] === 'refusal') {
        yield* this.refusal(index, place, this.#missing(index, `refusal ${place}`, part['refusal']))
      } else {
        // Those of a text that came in pieces have come with them.
        const isWhole = this.#open.get(index)?.given.has(`text ${place}`) !== true
        const rest = this.#missing(index, `text ${place}`, part['text'])
        yield* this.text(index, place, rest, isWhole ? part['logprobs'] : undefined)
      }
    }
    for (const [place, part] of asObjects(item['summary']).entries()) {
      const rest = this.#missing(index, `summary ${place}`, part['text'])
      yield* this.reasoning(index, 'summary', place, rest)
    }
    const sealed = asText(item['encrypted_content'])
    if (sealed !== undefined) {
      yield { type: 'reasoning-sealed', choice, id: asString(item['id']) ?? '', data: sealed }
    }
    const whole = item['arguments'] ?? item['input']
    yield* this.argumentsDelta(index, this.#missing(index, 'arguments', whole))
    const { kind, callIndex } = this.#open.get(index)!
    this.#open.delete(index)
    // What a model says before it goes on to work is a message too.
    const isLast = item['status'] === 'completed' && item['phase'] !== 'commentary'
    this.#lastIsMessage = kind === 'message' && isLast
    this.#closed.add(index)
    if (callIndex !== -1) yield { type: 'tool-call-end', choice, index: callIndex }
  }

  #take(index: number, key: string, delta: unknown): string | undefined {
    const text = asText(delta)
    const item = this.#open.get(index)
    if (text === undefined || item === undefined) return undefined
    item.given.set(key, (item.given.get(key) ?? '') + text)
    return text
  }

  #missing(index: number, key: string, whole: unknown): string | undefined {
    const text = asText(whole)
    const given = this.#open.get(index)?.given.get(key) ?? ''
    return text?.startsWith(given) === true ? text.slice(given.length) : undefined
  }
}

function blockOf(blocks: Map<string, number>, key: string): number {
  let block = blocks.get(key)
  if (block === undefined) blocks.set(key, (block = blocks.size))
  return block
}
