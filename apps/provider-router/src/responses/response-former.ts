import type { FinishReason, OpenAiErrorBody, ResponsesRequest } from '@brainlyx/router-contract'
import { randomHex } from '@brainlyx/service-kit'
import type OpenAI from 'openai'
import type { StreamPart } from '../adapters/stream-part.ts'
import { tokensOfBytes } from '../choose/estimate-tokens.ts'
import { callSignature } from '../normalise/call-signature.ts'
import type { UsagePart } from '../normalise/completion-usage.ts'
import { newToolCallId } from '../normalise/identifiers.ts'
import { nowSeconds } from '../normalise/now-seconds.ts'
import { CallItem } from './call-item.ts'
import { CustomCallItem } from './custom-call-item.ts'
import { handsThoughtsBack } from './admit-response.ts'
import { failureCode } from './failure-code.ts'
import { newItemId } from './item-id.ts'
import { MessageItem } from './message-item.ts'
import { ReasoningItem } from './reasoning-item.ts'
import type { ItemEnd, ItemPlace, ResponseEvent, ResponseItem } from './response-item.ts'
import { responseObject, responseUsage } from './response-object.ts'
import type { ResponseState } from './response-object.ts'
import type { CallersTool, CallersTools } from './response-tools.ts'
import { findOf, searchOf } from './server-search.ts'
import { SearchCallItem } from './search-call-item.ts'

type Response = OpenAI.Responses.Response

interface ResponseTells {
  /** An estimate, told where the provider counts none: clients want a count. */
  readonly inputTokens: number
  readonly isKept: boolean
  /** By the names that models know. */
  readonly callersTools: CallersTools['byName']
}

/**
 * A provider's parts → the items of a response, and the events that tell of them as they grow. Of an answer that several
 * calls made, text stays one message, whatever reasoning comes between.
 */
export class ResponseFormer {
  readonly #asked: ResponsesRequest
  readonly #tells: ResponseTells
  readonly #id = `resp_${randomHex(24)}`
  readonly #createdAt = nowSeconds()
  readonly #items: ResponseItem[] = []
  readonly #calls = new Map<number, CallItem | CustomCallItem | SearchCallItem>()
  readonly #found = new Set<string>()
  #reasoning: ReasoningItem | undefined
  #message: MessageItem | undefined
  #model: string
  #serviceTier: string | undefined
  #finish: FinishReason = 'stop'
  #usage: UsagePart | undefined
  #textBytes = 0
  #completedAt: number | undefined
  #number = 0

  constructor(asked: ResponsesRequest, tells: ResponseTells) {
    this.#asked = asked
    this.#tells = tells
    this.#model = asked.model
  }

  /** None until something is said: so long a failure is a status. */
  add(parts: readonly StreamPart[]): object[] {
    return this.#numbered(parts.flatMap((part) => this.#add(part)))
  }

  end(): object[] {
    const events: ResponseEvent[] = []
    const reason = INCOMPLETE[this.#finish]
    // An answer without a word is a message too.
    if (this.#items.length === 0 && reason === undefined)
      events.push(...this.#ensureMessage().events)
    events.push(...this.#endItems(reason === undefined ? 'completed' : 'incomplete'))
    const type = reason === undefined ? 'response.completed' : 'response.incomplete'
    return this.#numbered([...events, { type, response: this.response() }])
  }

  /** As a stream ends that broke off: what came is not a whole answer. */
  fail({ error }: OpenAiErrorBody): object[] {
    const { code, message, param } = error
    const told = { code: failureCode(error), message }
    const response = responseObject(this.#asked, { ...this.#state('failed'), error: told })
    return this.#numbered([
      // Flat as it is documented, and nested as it is sent: clients read one or the other.
      { type: 'error', code, message, param, error } as ResponseEvent,
      { type: 'response.failed', response },
    ])
  }

  /** The whole of it, after its end. */
  response(): Response {
    const reason = INCOMPLETE[this.#finish]
    const usage = this.#usage === undefined ? this.#estimatedUsage() : responseUsage(this.#usage)
    return responseObject(this.#asked, {
      ...this.#state(reason === undefined ? 'completed' : 'incomplete'),
      ...(reason === undefined
        ? { completed_at: (this.#completedAt ??= nowSeconds()) }
        : { incomplete_details: { reason } }),
      usage,
    })
  }

  /** The same with what only the model can read, for who goes on from it. */
  keptResponse(): Response {
    return {
      ...this.response(),
      output: this.#items.map((item) => item.keptItem?.() ?? item.item()),
    }
  }

  #add(part: StreamPart): ResponseEvent[] {
    if ('choice' in part && part.choice !== 0) return []
    switch (part.type) {
      case 'response-start':
        this.#model = part.model ?? this.#model
        this.#serviceTier = part.serviceTier
        return []
      case 'text-delta': {
        const { item, events } = this.#ensureMessage()
        this.#textBytes += Buffer.byteLength(part.text)
        return [...events, ...item.addText(part.text, part.logprobs)]
      }
      case 'refusal-delta': {
        const { item, events } = this.#ensureMessage()
        return [...events, ...item.addRefusal(part.text)]
      }
      case 'annotations': {
        const { item, events } = this.#ensureMessage()
        return [...events, ...item.annotate(part.annotations)]
      }
      case 'reasoning-delta': {
        const { item, events } = this.#ensureReasoning()
        return [...events, ...item.add(part.text, part.block)]
      }
      case 'reasoning-signature': {
        // One of no block is Gemini's, which stands with its call.
        if (part.block === undefined || !this.#handsThoughts) return []
        const { item, events } = this.#ensureReasoning()
        item.sign(part.block, part.signature)
        return events
      }
      case 'reasoning-redacted': {
        return this.#sealed({ type: 'redacted_thinking', data: part.data })
      }
      case 'reasoning-sealed': {
        const { id, data } = part
        return this.#sealed({ type: 'sealed_reasoning', id, data })
      }
      case 'tool-call-start':
        return this.#call(part)
      case 'tool-call-delta':
        return this.#calls.get(part.index)?.add(part.arguments) ?? []
      case 'tool-call-end':
        return this.#calls.get(part.index)?.end('completed') ?? []
      case 'usage':
        this.#usage = part
        return []
      case 'finish':
        this.#finish = part.reason
        return []
      default: // the Responses API has no place for it
        return []
    }
  }

  /** Whether what only the model can read comes back, from the caller or from what is kept. */
  get #handsThoughts(): boolean {
    return this.#tells.isKept || handsThoughtsBack(this.#asked)
  }

  #sealed(thought: Parameters<ReasoningItem['addSealed']>[0]): ResponseEvent[] {
    if (!this.#handsThoughts) return []
    const { item, events } = this.#ensureReasoning()
    item.addSealed(thought)
    return events
  }

  #ensureReasoning(): { item: ReasoningItem; events: ResponseEvent[] } {
    if (this.#reasoning !== undefined) return { item: this.#reasoning, events: [] }
    const item = this.#addItem(
      'reasoning',
      (place) => new ReasoningItem(place, handsThoughtsBack(this.#asked)),
    )
    this.#reasoning = item
    return { item, events: item.begin() }
  }

  #ensureMessage(): { item: MessageItem; events: ResponseEvent[] } {
    const events = this.#endReasoning()
    if (this.#message !== undefined) return { item: this.#message, events }
    const item = this.#addItem('message', (place) => new MessageItem(place))
    this.#message = item
    return { item, events: [...events, ...item.begin()] }
  }

  #call(part: Extract<StreamPart, { type: 'tool-call-start' }>): ResponseEvent[] {
    const events = [...this.#endReasoning(), ...(this.#message?.end('completed') ?? [])]
    this.#message = undefined
    events.push(...this.#find(part.name))
    const item = this.#callItem(part)
    this.#calls.set(part.index, item)
    return [...events, ...item.begin()]
  }

  /** A tool that waits to be found is found once. */
  #find(name: string): ResponseEvent[] {
    const tool = this.#tells.callersTools.get(name)?.findFirst
    if (tool === undefined || this.#found.has(name)) return []
    this.#found.add(name)
    const search = this.#addItem('tool_search_call', (place) => searchOf(place, tool))
    const find = this.#addItem('tool_search_output', (place) => findOf(place, tool))
    return [...search.begin(), ...find.begin()]
  }

  #callItem(part: Extract<StreamPart, { type: 'tool-call-start' }>) {
    const id = part.id ?? newToolCallId()
    const {
      type,
      findFirst: _,
      ...tool
    }: CallersTool = this.#tells.callersTools.get(part.name) ?? {
      type: 'function',
      name: part.name,
    }
    const call = { call_id: id, ...tool, ...callSignature(part) }
    switch (type) {
      case 'custom':
        return this.#addItem('custom_tool_call', (place) => new CustomCallItem(place, call))
      case 'tool_search':
        return this.#addItem('tool_search_call', (place) => new SearchCallItem(place, id))
      case 'function':
        return this.#addItem('function_call', (place) => new CallItem(place, call))
    }
  }

  #endReasoning(): ResponseEvent[] {
    const events = this.#reasoning?.end('completed') ?? []
    this.#reasoning = undefined
    return events
  }

  #endItems(status: ItemEnd): ResponseEvent[] {
    return this.#items.flatMap((item) => item.end(status))
  }

  #addItem<Item extends ResponseItem>(
    kind: Parameters<typeof newItemId>[0],
    make: (place: ItemPlace) => Item,
  ): Item {
    const item = make({ output_index: this.#items.length, item_id: newItemId(kind) })
    this.#items.push(item)
    return item
  }

  #state(status: ResponseState['status']): ResponseState {
    return {
      id: this.#id,
      store: this.#tells.isKept,
      created_at: this.#createdAt,
      status,
      model: this.#model,
      output: this.#items.map((item) => item.item()),
      ...(this.#serviceTier === undefined ? {} : { service_tier: this.#serviceTier }),
    }
  }

  #estimatedUsage(): OpenAI.Responses.ResponseUsage {
    return responseUsage({
      usage: {
        inputTokens: this.#tells.inputTokens,
        outputTokens: tokensOfBytes(this.#textBytes),
        cachedInputTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
        estimated: true,
      },
    })
  }

  /** The first of all begin the response. */
  #numbered(events: readonly ResponseEvent[]): object[] {
    if (events.length === 0) return []
    const told = this.#number === 0 ? [...this.#opening(), ...events] : events
    return told.map((event) => ({ ...event, sequence_number: this.#number++ }))
  }

  #opening(): ResponseEvent[] {
    const response = responseObject(this.#asked, { ...this.#state('in_progress'), output: [] })
    return [
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ]
  }
}

/** Why an answer is not whole, by why it ended. */
const INCOMPLETE: Readonly<
  Partial<Record<FinishReason, NonNullable<NonNullable<Response['incomplete_details']>['reason']>>>
> = { length: 'max_output_tokens', content_filter: 'content_filter' }
