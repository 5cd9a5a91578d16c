import { groupedTokens } from '../grouped-tokens.ts'
import type { Exchange, Frame } from '../wire.ts'
import {
  contentPart,
  finishedItem,
  outputItems,
  responseObject,
  responsesFinish,
} from './response-object.ts'
import type { OutputItem } from './response-object.ts'

/** Responses as OpenAI streams them: items and parts that are added and done, about one token a delta. */
export function* responsesFrames(exchange: Exchange): Generator<Frame> {
  const { production } = exchange
  const events = new Events()
  const items = outputItems(production)
  const begun = responseObject(exchange, { status: 'in_progress', output: [] })
  yield events.make('response.created', { response: begun }, 'opening')
  yield events.make('response.in_progress', { response: begun }, 'opening')

  let written = 0
  for (const [index, item] of items.entries()) {
    yield* itemFrames(exchange, events, item, index, written)
    written += item.section.tokens.length
  }

  const finish = responsesFinish(production.finish)
  const output = items.map((item) => finishedItem(item, production))
  const response = responseObject(exchange, {
    status: finish.status,
    reason: finish.reason,
    output,
  })
  yield { ...events.make(`response.${finish.status}`, { response }, 'marker'), finish: finish.word }
}

/** Numbers the events of one stream. */
class Events {
  #next = 0

  make(
    type: string,
    fields: Record<string, unknown>,
    kind: Frame['kind'] = 'delta',
    tokens = 0,
  ): Frame {
    const data = JSON.stringify({ type, sequence_number: this.#next, ...fields })
    this.#next += 1
    return { data: `event: ${type}\ndata: ${data}\n\n`, tokens, kind }
  }
}

function* itemFrames(
  exchange: Exchange,
  events: Events,
  item: OutputItem,
  index: number,
  written: number,
): Generator<Frame> {
  const { section } = item
  const shape = shapeOf(item, index)
  const text = section.tokens.join('')
  const place = { item_id: item.id, output_index: index, ...shape.place }
  yield events.make('response.output_item.added', { output_index: index, item: shape.added })
  if (shape.part !== undefined)
    yield events.make(`${shape.part}.added`, { ...place, part: shape.emptyPart })
  for (const group of groupedTokens(section.tokens, 1, written, exchange.breakpoints)) {
    const fields = { ...place, delta: group.text, ...shape.more }
    yield events.make(`${shape.stem}.delta`, fields, 'delta', group.count)
  }
  yield events.make(`${shape.stem}.done`, { ...place, [shape.field]: text, ...shape.more })
  if (shape.part !== undefined)
    yield events.make(`${shape.part}.done`, { ...place, part: shape.fullPart(text) })
  yield events.make('response.output_item.done', {
    output_index: index,
    item: finishedItem(item, exchange.production),
  })
}

interface ItemShape {
  /** Of the events with text: `<stem>.delta`, `<stem>.done`. */
  stem: string
  /** Where the whole text is in `<stem>.done`. */
  field: string
  /** Of the events around them, for items that have parts. */
  part?: string
  place: Record<string, unknown>
  more: Record<string, unknown>
  added: Record<string, unknown>
  emptyPart?: unknown
  fullPart: (text: string) => unknown
}

function shapeOf(item: OutputItem, index: number): ItemShape {
  const { section } = item
  if (section.kind === 'reasoning') {
    return {
      stem: 'response.reasoning_summary_text',
      field: 'text',
      part: 'response.reasoning_summary_part',
      place: { output_index: index, summary_index: 0 },
      more: {},
      added: { id: item.id, type: 'reasoning', summary: [] },
      emptyPart: { type: 'summary_text', text: '' },
      fullPart: (text) => ({ type: 'summary_text', text }),
    }
  }
  if (section.kind === 'tool-call') {
    return {
      stem: 'response.function_call_arguments',
      field: 'arguments',
      place: {},
      more: {},
      added: {
        id: item.id,
        type: 'function_call',
        status: 'in_progress',
        arguments: '',
        call_id: item.callId,
        name: section.name,
      },
      fullPart: () => undefined,
    }
  }
  const refusal = section.kind === 'refusal'
  return {
    stem: refusal ? 'response.refusal' : 'response.output_text',
    field: refusal ? 'refusal' : 'text',
    part: 'response.content_part',
    place: { content_index: 0 },
    more: refusal ? {} : { logprobs: [] },
    added: { id: item.id, type: 'message', status: 'in_progress', content: [], role: 'assistant' },
    emptyPart: contentPart(section, ''),
    fullPart: (text) => contentPart(section, text),
  }
}
