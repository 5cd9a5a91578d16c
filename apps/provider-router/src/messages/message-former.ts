import type { FinishReason, OpenAiErrorBody } from '@brainlyx/router-contract'
import { anthropicError, randomHex } from '@brainlyx/service-kit'
import type { StreamPart } from '../adapters/stream-part.ts'
import { argumentsObject } from '../adapters/wire-value/message-text.ts'
import { tokensOfBytes } from '../choose/estimate-tokens.ts'
import type { UsagePart } from '../normalise/completion-usage.ts'
import { messageUsage, stopReason } from './message-object.ts'
import type { MessageUsage } from './message-object.ts'

/** Without the SDK's `citations: null`: Anthropic leaves it away, too, and other clients refuse a null. */
type TextBlock = { type: 'text'; text: string }
type ThinkingBlock = { type: 'thinking'; thinking: string; signature: string }
type ToolUseBlock = { type: 'tool_use'; id: string; name: string; input: unknown }
type Block =
  | TextBlock
  | ThinkingBlock
  | ToolUseBlock
  | { readonly type: 'redacted_thinking'; readonly data: string }

interface MessageEvent {
  readonly type: string
  readonly [key: string]: unknown
}

/** A block that may grow: its place in the message, and of thoughts the provider's own number. */
type Open<Kind extends Block> = { readonly index: number; readonly block: Kind; thought?: number }

/** A call whose arguments come: told, or held until the one before it has ended. */
interface GrowingCall {
  readonly id: string
  readonly name: string
  json: string
  hasEnded: boolean
}

interface Finish {
  readonly reason: FinishReason
  readonly raw: string
  readonly stopSequence?: string
}

const NOTHING_SAID = { stop_reason: null, stop_sequence: null }

/**
 * A provider's parts → the blocks of a message, and the events that tell of them as they grow: one block after the
 * other, as Anthropic's own SDK expects it, also where calls grow beside each other.
 */
export class MessageFormer {
  readonly #inputTokens: number
  readonly #id = `msg_${randomHex(12)}`
  readonly #blocks: Block[] = []
  /** By the provider's number, in order of appearance. The first is being told. */
  readonly #calls = new Map<number, GrowingCall>()
  #toldCall: Open<ToolUseBlock> | undefined
  #open: Open<TextBlock> | Open<ThinkingBlock> | undefined
  #isBegun = false
  #model: string
  #finish: Finish = { reason: 'stop', raw: '' }
  #usage: UsagePart | undefined
  #textBytes = 0

  /**
   * @param model as it was asked for
   * @param inputTokens an estimate, told before the provider counts, and where it counts none
   */
  constructor(model: string, inputTokens: number) {
    this.#model = model
    this.#inputTokens = inputTokens
  }

  /** None until something is said: so long a failure is a status. */
  add(parts: readonly StreamPart[]): MessageEvent[] {
    const events = parts.flatMap((part) => this.#add(part))
    return events.length === 0 ? [] : [...this.#opening(), ...events]
  }

  end(): MessageEvent[] {
    const opening = this.#opening()
    const ended = this.#endAll()
    const { usage, ...delta } = this.#outcome()
    return [...opening, ...ended, { type: 'message_delta', delta, usage }, { type: 'message_stop' }]
  }

  /** As a stream ends that broke off: what came is not a whole message. */
  fail(error: OpenAiErrorBody): object[] {
    return [anthropicError(error)]
  }

  /** The whole of it, after its end. */
  message(): object {
    return { ...this.#head(), content: this.#blocks, ...this.#outcome() }
  }

  #add(part: StreamPart): MessageEvent[] {
    if ('choice' in part && part.choice !== 0) return []
    switch (part.type) {
      case 'response-start':
        this.#model = part.model ?? this.#model
        return []
      case 'text-delta':
      case 'refusal-delta':
        return this.#say(part.text)
      case 'reasoning-delta':
        return this.#think(part.block, part.text)
      case 'reasoning-signature':
        return this.#sign(part.block, part.signature)
      case 'reasoning-redacted': {
        const ended = this.#endAll()
        const { open, events } = this.#start({ type: 'redacted_thinking', data: part.data })
        return [...ended, ...events, stopOf(open)]
      }
      case 'tool-call-start':
        return this.#call(part)
      case 'tool-call-delta':
        return this.#argue(part.index, part.arguments)
      case 'tool-call-end':
        return this.#endCall(part.index)
      case 'usage':
        this.#usage = part
        return []
      case 'finish':
        this.#finish = part
        return []
      default: // a message has no place for it
        return []
    }
  }

  #say(text: string): MessageEvent[] {
    if (text === '') return []
    this.#textBytes += Buffer.byteLength(text)
    const { open, events } = this.#words()
    open.block.text += text
    return [...events, deltaOf(open, { type: 'text_delta', text })]
  }

  #words(): { open: Open<TextBlock>; events: MessageEvent[] } {
    const open = this.#open
    if (open !== undefined && open.block.type === 'text') {
      return { open: open as Open<TextBlock>, events: [] }
    }
    const ended = this.#endAll()
    const started = this.#start<TextBlock>({ type: 'text', text: '' })
    this.#open = started.open
    return { open: started.open, events: [...ended, ...started.events] }
  }

  #think(thought: number, thinking: string): MessageEvent[] {
    const { open, events } = this.#thoughts(thought)
    open.block.thinking += thinking
    return [...events, deltaOf(open, { type: 'thinking_delta', thinking })]
  }

  /** @param thought undefined: another provider's proof, which is none to Anthropic */
  #sign(thought: number | undefined, signature: string): MessageEvent[] {
    if (thought === undefined) return []
    const { open, events } = this.#thoughts(thought)
    open.block.signature += signature
    return [...events, deltaOf(open, { type: 'signature_delta', signature })]
  }

  #thoughts(thought: number): { open: Open<ThinkingBlock>; events: MessageEvent[] } {
    const open = this.#open
    if (open !== undefined && open.block.type === 'thinking' && open.thought === thought) {
      return { open: open as Open<ThinkingBlock>, events: [] }
    }
    const ended = this.#endAll()
    const started = this.#start<ThinkingBlock>({ type: 'thinking', thinking: '', signature: '' })
    started.open.thought = thought
    this.#open = started.open
    return { open: started.open, events: [...ended, ...started.events] }
  }

  #call({ index, id, name }: Extract<StreamPart, { type: 'tool-call-start' }>): MessageEvent[] {
    const ended = this.#endOpen()
    const [former] = this.#calls.values()
    // Many providers say of no call that it has ended before all have.
    if (former !== undefined && isWhole(former.json)) former.hasEnded = true
    this.#calls.set(index, {
      id: id ?? `toolu_${randomHex(12)}`,
      name,
      json: '',
      hasEnded: false,
    })
    return [...ended, ...this.#tellCalls()]
  }

  #argue(number: number, json: string): MessageEvent[] {
    const call = this.#calls.get(number)
    if (call === undefined || json === '') return []
    call.json += json
    this.#textBytes += Buffer.byteLength(json)
    const [first] = this.#calls.keys()
    return first === number && this.#toldCall !== undefined
      ? [deltaOf(this.#toldCall, { type: 'input_json_delta', partial_json: json })]
      : []
  }

  #endCall(number: number): MessageEvent[] {
    const call = this.#calls.get(number)
    if (call === undefined) return []
    call.hasEnded = true
    return this.#tellCalls()
  }

  #endAll(): MessageEvent[] {
    for (const call of this.#calls.values()) call.hasEnded = true
    return [...this.#endOpen(), ...this.#tellCalls()]
  }

  /** Begins the first call, and where it has ended ends it and goes on with the next. */
  #tellCalls(): MessageEvent[] {
    const events: MessageEvent[] = []
    for (const [number, call] of this.#calls) {
      if (this.#toldCall === undefined) {
        const { id, name } = call
        const started = this.#start<ToolUseBlock>({ type: 'tool_use', id, name, input: {} })
        this.#toldCall = started.open
        events.push(...started.events)
        if (call.json !== '') {
          events.push(deltaOf(started.open, { type: 'input_json_delta', partial_json: call.json }))
        }
      }
      if (!call.hasEnded) break
      this.#toldCall.block.input = argumentsObject(call.json)
      events.push(stopOf(this.#toldCall))
      this.#toldCall = undefined
      this.#calls.delete(number)
    }
    return events
  }

  #endOpen(): MessageEvent[] {
    const open = this.#open
    this.#open = undefined
    return open === undefined ? [] : [stopOf(open)]
  }

  #start<Kind extends Block>(block: Kind): { open: Open<Kind>; events: MessageEvent[] } {
    const index = this.#blocks.push(block) - 1
    const told = { type: 'content_block_start', index, content_block: { ...block } }
    return { open: { index, block }, events: [told] }
  }

  #opening(): MessageEvent[] {
    if (this.#isBegun) return []
    this.#isBegun = true
    const usage = { ...this.#estimatedUsage(), output_tokens: 0 }
    const message = { ...this.#head(), content: [], ...NOTHING_SAID, usage }
    return [{ type: 'message_start', message }]
  }

  #head(): object {
    return { id: this.#id, type: 'message', role: 'assistant', model: this.#model }
  }

  #outcome(): { stop_reason: string; stop_sequence: string | null; usage: MessageUsage } {
    const { reason, raw, stopSequence = null } = this.#finish
    return {
      stop_reason: stopReason(reason, raw),
      stop_sequence: stopSequence,
      usage: this.#usage === undefined ? this.#estimatedUsage() : messageUsage(this.#usage),
    }
  }

  #estimatedUsage(): MessageUsage {
    return {
      input_tokens: this.#inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: tokensOfBytes(this.#textBytes),
    }
  }
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}

function deltaOf({ index }: { readonly index: number }, delta: object): MessageEvent {
  return { type: 'content_block_delta', index, delta }
}

function stopOf({ index }: { readonly index: number }): MessageEvent {
  return { type: 'content_block_stop', index }
}
