import type OpenAI from 'openai'
import { argumentsObject } from '../adapters/wire-value/message-text.ts'
import { itemAdded, itemDone } from './response-item.ts'
import type {
  ItemEnd,
  ItemPlace,
  OutputItem,
  ResponseEvent,
  ResponseItem,
} from './response-item.ts'

/** A call of the search among tools that the caller does: it is told whole, as OpenAI tells it. */
export class SearchCallItem implements ResponseItem {
  readonly #place: ItemPlace
  readonly #callId: string
  #arguments = ''
  #status: OpenAI.Responses.ResponseToolSearchCall['status'] = 'in_progress'

  constructor(place: ItemPlace, callId: string) {
    this.#place = place
    this.#callId = callId
  }

  begin(): ResponseEvent[] {
    return [itemAdded(this.#place, this.item())]
  }

  add(text: string): ResponseEvent[] {
    this.#arguments += text
    return []
  }

  end(status: ItemEnd): ResponseEvent[] {
    if (this.#status !== 'in_progress') return []
    this.#status = status
    return [itemDone(this.#place, this.item())]
  }

  item(): OutputItem {
    return {
      id: this.#place.item_id,
      type: 'tool_search_call',
      call_id: this.#callId,
      execution: 'client',
      status: this.#status,
      arguments: argumentsObject(this.#arguments),
    }
  }
}
