import { InputReader } from '../custom-tools/input-reader.ts'
import { itemAdded, itemDone } from './response-item.ts'
import type {
  ItemEnd,
  ItemPlace,
  OutputItem,
  ResponseEvent,
  ResponseItem,
} from './response-item.ts'

/** A call of one of the caller's custom tools: its input is text as it comes. */
export class CustomCallItem implements ResponseItem {
  readonly #place: ItemPlace
  readonly #call: { readonly call_id: string; readonly name: string }
  readonly #reader = new InputReader()
  #input = ''
  #status: 'in_progress' | ItemEnd = 'in_progress'

  /** @param call what else it has is told too */
  constructor(place: ItemPlace, call: { readonly call_id: string; readonly name: string }) {
    this.#place = place
    this.#call = call
  }

  begin(): ResponseEvent[] {
    return [itemAdded(this.#place, this.item())]
  }

  /** @param text of the arguments of the function that stands for the tool */
  add(text: string): ResponseEvent[] {
    return this.#tell(this.#reader.add(text))
  }

  end(status: ItemEnd): ResponseEvent[] {
    if (this.#status !== 'in_progress') return []
    const told = this.#tell(this.#reader.end())
    this.#status = status
    return [
      ...told,
      { type: 'response.custom_tool_call_input.done', ...this.#place, input: this.#input },
      itemDone(this.#place, this.item()),
    ]
  }

  item(): OutputItem {
    return {
      id: this.#place.item_id,
      type: 'custom_tool_call',
      status: this.#status,
      input: this.#input,
      ...this.#call,
    }
  }

  #tell(delta: string): ResponseEvent[] {
    if (delta === '') return []
    this.#input += delta
    return [{ type: 'response.custom_tool_call_input.delta', ...this.#place, delta }]
  }
}
