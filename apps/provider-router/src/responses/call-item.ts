import type OpenAI from 'openai'
import { itemAdded, itemDone } from './response-item.ts'
import type {
  ItemEnd,
  ItemPlace,
  OutputItem,
  ResponseEvent,
  ResponseItem,
} from './response-item.ts'

/** A call of one of the caller's functions. */
export class CallItem implements ResponseItem {
  readonly #place: ItemPlace
  readonly #call: { readonly call_id: string; readonly name: string }
  #arguments = ''
  #status: OpenAI.Responses.ResponseFunctionToolCall['status'] = 'in_progress'

  /** @param call what else it has is told too */
  constructor(place: ItemPlace, call: { readonly call_id: string; readonly name: string }) {
    this.#place = place
    this.#call = call
  }

  begin(): ResponseEvent[] {
    return [itemAdded(this.#place, this.item())]
  }

  add(text: string): ResponseEvent[] {
    this.#arguments += text
    return [{ type: 'response.function_call_arguments.delta', ...this.#place, delta: text }]
  }

  end(status: ItemEnd): ResponseEvent[] {
    if (this.#status !== 'in_progress') return []
    // Callers parse arguments as JSON; a call without any has none to parse.
    const told = this.#arguments === '' && status === 'completed' ? this.add('{}') : []
    this.#status = status
    return [
      ...told,
      {
        type: 'response.function_call_arguments.done',
        ...this.#place,
        arguments: this.#arguments,
        name: this.#call.name,
      } as ResponseEvent,
      itemDone(this.#place, this.item()),
    ]
  }

  item(): OutputItem {
    return {
      id: this.#place.item_id,
      type: 'function_call',
      status: this.#status!,
      arguments: this.#arguments,
      ...this.#call,
    }
  }
}
