import { itemAdded, itemDone } from './response-item.ts'
import type { ItemPlace, OutputItem, ResponseEvent, ResponseItem } from './response-item.ts'

/** An item that does not grow: it is told from its beginning to its end at once. */
export class WholeItem implements ResponseItem {
  readonly #place: ItemPlace
  readonly #item: OutputItem

  constructor(place: ItemPlace, item: OutputItem) {
    this.#place = place
    this.#item = item
  }

  begin(): ResponseEvent[] {
    return [itemAdded(this.#place, this.#item), itemDone(this.#place, this.#item)]
  }

  end(): ResponseEvent[] {
    return []
  }

  item(): OutputItem {
    return this.#item
  }
}
