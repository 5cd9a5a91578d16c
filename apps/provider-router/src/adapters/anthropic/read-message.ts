import type { FinishReason } from '@brainlyx/router-contract'
import { classifyFailure } from '../failure/classify-failure.ts'
import { streamCut } from '../failure/stream-cut.ts'
import { SETTLE_MS } from '../server-sent-events/read-parts.ts'
import type { EventReader, JsonEvent } from '../server-sent-events/read-parts.ts'
import type { StreamPart } from '../stream-part.ts'
import { asCount, asObject, asObjects, asString, asText } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { AnthropicUsage } from './anthropic-usage.ts'
import { BlockReader } from './block-reader.ts'

/** The events of a streamed message. An answer is whole once `message_delta` named its stop reason. */
export class MessageReader implements EventReader {
  readonly #blocks = new BlockReader()
  readonly #usage = new AnthropicUsage()
  #finished = false
  #ended = false

  get ended(): boolean {
    return this.#ended
  }

  get settleMs(): number | undefined {
    return this.#finished ? SETTLE_MS : undefined
  }

  *read({ event, data }: JsonEvent): Generator<StreamPart> {
    const index = asCount(data['index']) ?? 0
    switch (asText(data['type']) ?? event) {
      case 'message_start': {
        const message = asObject(data['message']) ?? {}
        yield responseStart(message)
        for (const [place, block] of asObjects(message['content']).entries()) {
          yield* this.#blocks.whole(place, block)
        }
        yield* some(this.#usage.read(asObject(message['usage'])))
        break
      }
      case 'content_block_start':
        yield* this.#blocks.start(index, asObject(data['content_block']) ?? {})
        break
      case 'content_block_delta':
        yield* this.#blocks.delta(index, asObject(data['delta']) ?? {})
        break
      case 'content_block_stop':
        yield* this.#blocks.stop(index)
        break
      case 'message_delta': {
        yield* some(this.#usage.read(asObject(data['usage'])))
        const finish = finishPart(asObject(data['delta']))
        if (finish !== undefined) {
          this.#finished = true
          yield finish
        }
        break
      }
      case 'message_stop':
        this.#ended = true
        break
      case 'error':
        throw classifyFailure({ status: null, body: data, inStream: true })
      default: // ping, and what later versions of the API add
    }
  }

  *end(endMarker: boolean): Generator<StreamPart> {
    if (!this.#finished) throw streamCut()
    yield { type: 'response-end', endMarker }
  }
}

/** A whole message. @throws {ProviderError} where it is an error, or was cut off */
export function readMessage(document: unknown): StreamPart[] {
  const message = asObject(document) ?? {}
  if (message['type'] === 'error')
    throw classifyFailure({ status: null, body: message, inStream: true })
  const finish = finishPart(message)
  if (finish === undefined) throw streamCut()
  const blocks = new BlockReader()
  return [
    responseStart(message),
    ...asObjects(message['content']).flatMap((block, index) => [...blocks.whole(index, block)]),
    ...some(new AnthropicUsage().read(asObject(message['usage']))),
    finish,
    { type: 'response-end', endMarker: true },
  ]
}

function responseStart(message: WireObject): StreamPart {
  return {
    type: 'response-start',
    id: asString(message['id']) ?? null,
    model: asString(message['model']) ?? null,
  }
}

/** @param said the message, or its last delta */
function finishPart(said: WireObject | undefined): StreamPart | undefined {
  const raw = asText(said?.['stop_reason'])
  if (raw === undefined) return undefined
  const finish = { type: 'finish', choice: 0, reason: FINISH[raw] ?? 'stop', raw } as const
  const stopSequence = asText(said?.['stop_sequence'])
  return stopSequence === undefined ? finish : { ...finish, stopSequence }
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

function some<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}
