import type OpenAI from 'openai'

type WithoutNumber<Event> = Event extends unknown ? Omit<Event, 'sequence_number'> : never

/** An event of the stream, as the official SDK knows it; it is numbered when all that goes before it is. */
export type ResponseEvent = WithoutNumber<OpenAI.Responses.ResponseStreamEvent>

export type OutputItem =
  | OpenAI.Responses.ResponseOutputMessage
  | OpenAI.Responses.ResponseReasoningItem
  | OpenAI.Responses.ResponseFunctionToolCall
  | OpenAI.Responses.ResponseCustomToolCallItem
  | OpenAI.Responses.ResponseToolSearchCall
  | OpenAI.Responses.ResponseToolSearchOutputItem

export type ItemEnd = 'completed' | 'incomplete'

/** One item of an answer while it grows. Each step gives the events that tell of it. */
export interface ResponseItem {
  /** As it is now. */
  item(): OutputItem
  /** The same as it is kept, where more of it is kept than told. */
  keptItem?(): OutputItem
  /** Does nothing where it has ended. */
  end(status: ItemEnd): ResponseEvent[]
}

/** With an item an output begins. */
export function itemAdded({ output_index }: ItemPlace, item: OutputItem): ResponseEvent {
  return { type: 'response.output_item.added', output_index, item }
}

export function itemDone({ output_index }: ItemPlace, item: OutputItem): ResponseEvent {
  return { type: 'response.output_item.done', output_index, item }
}

/** Where an item stands, and by what name its events know it. */
export interface ItemPlace {
  readonly output_index: number
  readonly item_id: string
}
