import type { FinishReason } from '@brainlyx/router-contract'
import { classifyFailure } from '../failure/classify-failure.ts'
import { streamCut } from '../failure/stream-cut.ts'
import { SETTLE_MS } from '../server-sent-events/read-parts.ts'
import type { EventReader, JsonEvent } from '../server-sent-events/read-parts.ts'
import type { StreamPart } from '../stream-part.ts'
import {
  asCount,
  asObject,
  asObjects,
  asString,
  asText,
  present,
} from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { usagePart } from '../wire-value/unify-usage.ts'
import { ItemReader } from './item-reader.ts'

/**
 * The events of a streamed response. Its end is `response.completed`, `.incomplete` or `.failed`, which are its finish
 * signal as well: where that is missing, a message that is whole is one too if no tool could still be called.
 */
export class ResponseReader implements EventReader {
  readonly #items = new ItemReader()
  #begun = false
  #hasTools = true
  #ended = false
  #error: WireObject | undefined

  get ended(): boolean {
    return this.#ended
  }

  get settleMs(): number | undefined {
    return this.#isWhole ? SETTLE_MS : undefined
  }

  get #isWhole(): boolean {
    return !this.#hasTools && this.#items.endWithMessage
  }

  *read({ event, data }: JsonEvent): Generator<StreamPart> {
    const type = asText(data['type']) ?? event
    const response = asObject(data['response'])
    if (!this.#begun && response !== undefined) {
      this.#begun = true
      const tools = response['tools']
      this.#hasTools = !Array.isArray(tools) || tools.length > 0
      yield responseStart(response)
    }
    // An error comes twice: as an event of its own, with more words, and in the failed response after it.
    if (type === 'error' || data['error'] != null) this.#error = data
    else if (isEnd(type) && response !== undefined) {
      yield* readEnd(this.#items, response, this.#error)
      this.#ended = true
    } else yield* readEvent(this.#items, type, data)
  }

  *end(): Generator<StreamPart> {
    if (this.#error !== undefined && !this.#ended) {
      throw classifyFailure({ status: null, body: this.#error, inStream: true })
    }
    if (!this.#ended) {
      if (!this.#isWhole) throw streamCut()
      yield { type: 'finish', choice: 0, reason: 'stop', raw: 'completed' }
    }
    yield { type: 'response-end', endMarker: this.#ended }
  }
}

/** A whole response. @throws {ProviderError} where it failed, or is still going on */
export function readResponse(document: unknown): StreamPart[] {
  const response = asObject(document) ?? {}
  const parts = [responseStart(response), ...readEnd(new ItemReader(), response, undefined)]
  return [...parts, { type: 'response-end', endMarker: true }]
}

function isEnd(type: string): boolean {
  return (
    type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed'
  )
}

function* readEvent(items: ItemReader, type: string, data: WireObject): Generator<StreamPart> {
  const index = asCount(data['output_index']) ?? 0
  const { delta } = data
  switch (type) {
    case 'response.output_item.added':
      yield* items.add(index, asObject(data['item']) ?? {})
      break
    case 'response.output_item.done':
      yield* items.done(index, asObject(data['item']) ?? {})
      break
    case 'response.output_text.delta':
      yield* items.text(index, data['content_index'], delta, data['logprobs'])
      break
    case 'response.refusal.delta':
      yield* items.refusal(index, data['content_index'], delta)
      break
    case 'response.reasoning_summary_text.delta':
      yield* items.reasoning(index, 'summary', data['summary_index'], delta)
      break
    case 'response.reasoning_text.delta':
      yield* items.reasoning(index, 'text', data['content_index'], delta)
      break
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      yield* items.argumentsDelta(index, delta)
      break
    default: // the ends of parts, progress of server tools, and what later versions add
  }
}

function* readEnd(
  items: ItemReader,
  response: WireObject,
  error: WireObject | undefined,
): Generator<StreamPart> {
  for (const [index, item] of asObjects(response['output']).entries())
    yield* items.done(index, item)
  const usage = responseUsagePart(asObject(response['usage']))
  if (usage !== undefined) yield usage
  const status = asString(response['status']) ?? ''
  if (
    error !== undefined ||
    response['error'] != null ||
    status === 'failed' ||
    status === 'cancelled'
  ) {
    const body = error ?? response
    throw classifyFailure({ status: null, body, inStream: true, rawFinish: status })
  }
  if (status !== 'completed' && status !== 'incomplete') throw streamCut()
  const why = asText(asObject(response['incomplete_details'])?.['reason'])
  const raw = why === undefined ? status : `${status}:${why}`
  yield { type: 'finish', choice: 0, reason: finishOf(status, why, items.calledTools), raw }
}

function finishOf(status: string, why: string | undefined, calledTools: boolean): FinishReason {
  if (why === 'content_filter') return 'content_filter'
  if (status === 'incomplete') return 'length'
  return calledTools ? 'tool_calls' : 'stop'
}

function responseStart(response: WireObject): StreamPart {
  return {
    type: 'response-start',
    id: asString(response['id']) ?? null,
    model: asString(response['model']) ?? null,
  }
}

function responseUsagePart(usage: WireObject | undefined): StreamPart | undefined {
  if (usage === undefined) return undefined
  const raw = present({
    input: asCount(usage['input_tokens']),
    output: asCount(usage['output_tokens']),
    cached: asCount(asObject(usage['input_tokens_details'])?.['cached_tokens']),
    reasoning: asCount(asObject(usage['output_tokens_details'])?.['reasoning_tokens']),
  })
  return usagePart(raw, { inputIncludesCached: true, outputIncludesReasoning: true })
}
