import type {
  BrainlyxEvent,
  ChatCompletionChunk,
  ChoiceLogprobs,
  ToolCallDelta,
} from '@brainlyx/router-contract'
import type { StreamPart } from '../adapters/stream-part.ts'
import { callSignature } from './call-signature.ts'
import { choiceLogprobs } from './choice-logprobs.ts'
import { toCompletionUsage } from './completion-usage.ts'
import type { UsagePart } from './completion-usage.ts'
import { newToolCallId } from './identifiers.ts'

type ToldChoice = ChatCompletionChunk['choices'][number]
type Delta = ToldChoice['delta']
/** What every chunk says beside its choices. */
type Told = Pick<ChatCompletionChunk, 'usage' | 'system_fingerprint' | 'service_tier'>

/**
 * A provider's parts → OpenAI-shaped chunks: the role first, one finish a choice, the usage at the end where the
 * caller asked for it and the provider counted. Holds only what the next chunk needs.
 */
export class ChunkFormer {
  readonly #id: string
  readonly #created: number
  readonly #untilStart: Told
  #told: Told
  #model: string
  readonly #begun = new Set<number>()
  readonly #emptyCalls = new Set<string>()
  #usage: UsagePart | undefined

  /**
   * @param options.created seconds since 1970
   * @param options.model named until the provider names its own
   * @param options.tellsUsage the caller asked for it: then every chunk but the last has it as null
   */
  constructor(options: { id: string; created: number; model: string; tellsUsage?: boolean }) {
    this.#id = options.id
    this.#created = options.created
    this.#model = options.model
    this.#untilStart = options.tellsUsage === true ? { usage: null } : {}
    this.#told = this.#untilStart
  }

  /** Another deployment takes over: what it begins is new. */
  restart(model: string): void {
    this.#model = model
    this.#begun.clear()
    this.#emptyCalls.clear()
    this.#usage = undefined
  }

  add(parts: readonly StreamPart[]): ChatCompletionChunk[] {
    const chunks: ChatCompletionChunk[] = []
    for (const part of parts) this.#add(part, chunks)
    return chunks
  }

  #add(part: StreamPart, chunks: ChatCompletionChunk[]): void {
    switch (part.type) {
      case 'response-start':
        this.#start(part)
        return
      case 'text-delta':
        return this.#delta(part.choice, { content: part.text }, chunks, choiceLogprobs(part))
      case 'reasoning-delta':
        return this.#delta(part.choice, { reasoning_content: part.text }, chunks)
      case 'refusal-delta':
        return this.#delta(part.choice, { refusal: part.text }, chunks, choiceLogprobs(part))
      case 'annotations':
        return this.#delta(part.choice, { annotations: [...part.annotations] }, chunks)
      case 'tool-call-start': {
        this.#emptyCalls.add(`${part.choice}:${part.index}`)
        const call = {
          id: part.id ?? newToolCallId(),
          type: 'function' as const,
          function: { name: part.name, arguments: '' },
          ...callSignature(part),
        }
        return this.#toolCall(part, call, chunks)
      }
      case 'tool-call-delta':
        this.#emptyCalls.delete(`${part.choice}:${part.index}`)
        return this.#toolCall(part, { function: { arguments: part.arguments } }, chunks)
      case 'tool-call-end':
        // Callers parse arguments as JSON; a call without any has none to parse.
        if (!this.#emptyCalls.delete(`${part.choice}:${part.index}`)) return
        return this.#toolCall(part, { function: { arguments: '{}' } }, chunks)
      case 'usage':
        this.#usage = part
        return
      case 'finish':
        this.#role(part.choice, chunks)
        chunks.push(this.#chunk([{ index: part.choice, delta: {}, finish_reason: part.reason }]))
        return
      default: // OpenAI's format has no place for it
    }
  }

  /** The last chunk; undefined where nobody asked, or the provider counted nothing. */
  usage(): ChatCompletionChunk | undefined {
    if (this.#usage === undefined || !('usage' in this.#told)) return undefined
    return { ...this.#chunk([]), usage: toCompletionUsage(this.#usage) }
  }

  event(event: BrainlyxEvent): ChatCompletionChunk {
    return { ...this.#chunk([]), brainlyx: event }
  }

  #toolCall(
    { choice, index }: { choice: number; index: number },
    call: Omit<ToolCallDelta, 'index'>,
    chunks: ChatCompletionChunk[],
  ): void {
    this.#delta(choice, { tool_calls: [{ index, ...call }] }, chunks)
  }

  #start(part: Extract<StreamPart, { type: 'response-start' }>): void {
    const { systemFingerprint, serviceTier } = part
    this.#model = part.model ?? this.#model
    this.#told = {
      ...this.#untilStart,
      ...(systemFingerprint === undefined ? {} : { system_fingerprint: systemFingerprint }),
      ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    }
  }

  #delta(
    choice: number,
    delta: Delta,
    chunks: ChatCompletionChunk[],
    logprobs?: ChoiceLogprobs,
  ): void {
    this.#role(choice, chunks)
    const told: ToldChoice = { index: choice, delta, finish_reason: null }
    chunks.push(this.#chunk([logprobs === undefined ? told : { ...told, logprobs }]))
  }

  #role(choice: number, chunks: ChatCompletionChunk[]): void {
    if (this.#begun.has(choice)) return
    this.#begun.add(choice)
    const delta: Delta = { role: 'assistant', content: '' }
    chunks.push(this.#chunk([{ index: choice, delta, finish_reason: null }]))
  }

  #chunk(choices: ChatCompletionChunk['choices']): ChatCompletionChunk {
    return {
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#created,
      model: this.#model,
      choices,
      ...this.#told,
    }
  }
}
