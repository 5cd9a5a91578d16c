import { itemAdded, itemDone } from './response-item.ts'
import type {
  ItemEnd,
  ItemPlace,
  OutputItem,
  ResponseEvent,
  ResponseItem,
} from './response-item.ts'

const SUMMARY = 0

/** What the provider shows of its reasoning, told as a summary of one part, which clients show. */
export class ReasoningItem implements ResponseItem {
  readonly #place: ItemPlace
  #text = ''
  #isOpen = true

  constructor(place: ItemPlace) {
    this.#place = place
  }

  begin(): ResponseEvent[] {
    return [
      itemAdded(this.#place, { id: this.#place.item_id, type: 'reasoning', summary: [] }),
      {
        type: 'response.reasoning_summary_part.added',
        ...this.#place,
        summary_index: SUMMARY,
        part: { type: 'summary_text', text: '' },
      },
    ]
  }

  add(text: string): ResponseEvent[] {
    this.#text += text
    return [
      {
        type: 'response.reasoning_summary_text.delta',
        ...this.#place,
        summary_index: SUMMARY,
        delta: text,
      },
    ]
  }

  end(_status: ItemEnd): ResponseEvent[] {
    if (!this.#isOpen) return []
    this.#isOpen = false
    const text = this.#text
    return [
      {
        type: 'response.reasoning_summary_text.done',
        ...this.#place,
        summary_index: SUMMARY,
        text,
      },
      {
        type: 'response.reasoning_summary_part.done',
        ...this.#place,
        summary_index: SUMMARY,
        part: { type: 'summary_text', text },
      },
      itemDone(this.#place, this.item()),
    ]
  }

  item(): OutputItem {
    const summary = [{ type: 'summary_text' as const, text: this.#text }]
    return { id: this.#place.item_id, type: 'reasoning', summary }
  }
}
