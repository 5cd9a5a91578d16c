import type OpenAI from 'openai'
import { packThoughts } from './packed-thoughts.ts'
import type { Thoughts } from './packed-thoughts.ts'
import { itemAdded, itemDone } from './response-item.ts'
import type {
  ItemEnd,
  ItemPlace,
  OutputItem,
  ResponseEvent,
  ResponseItem,
} from './response-item.ts'

const SUMMARY = 0

type Thought = Extract<Thoughts[number], { type: 'thinking' }>

/**
 * What the provider shows of its reasoning, told as a summary of one part, which clients show; and what the
 * model wants back of it, which they hand back.
 */
export class ReasoningItem implements ResponseItem {
  readonly #place: ItemPlace
  readonly #tellsThoughts: boolean
  readonly #thoughts: Thoughts = []
  /** By the provider's number. */
  readonly #blocks = new Map<number, Thought>()
  #text = ''
  #isOpen = true

  /** @param tellsThoughts whether the caller hears what only the model can read */
  constructor(place: ItemPlace, tellsThoughts: boolean) {
    this.#place = place
    this.#tellsThoughts = tellsThoughts
  }

  begin(): ResponseEvent[] {
    return [itemAdded(this.#place, { id: this.#place.item_id, type: 'reasoning', summary: [] })]
  }

  add(text: string, block: number): ResponseEvent[] {
    const begun = this.#text === '' ? [this.#partAdded()] : []
    this.#text += text
    this.#thought(block).thinking += text
    return [
      ...begun,
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
    return [...this.#partDone(), itemDone(this.#place, this.item())]
  }

  item(): OutputItem {
    const { encrypted_content: thoughts, ...told } = this.keptItem()
    return this.#tellsThoughts && thoughts != null ? { ...told, encrypted_content: thoughts } : told
  }

  keptItem(): OpenAI.Responses.ResponseReasoningItem {
    const text = this.#text
    const signed = this.#thoughts.filter(isSigned)
    return {
      id: this.#place.item_id,
      type: 'reasoning',
      summary: text === '' ? [] : [{ type: 'summary_text', text }],
      ...(signed.length > 0 && { encrypted_content: packThoughts(signed) }),
    }
  }

  /** What proves a block of it genuine. */
  sign(block: number, signature: string): void {
    this.#thought(block).signature += signature
  }

  /** What nobody but the model can read. */
  addSealed(thought: Exclude<Thoughts[number], Thought>): void {
    this.#thoughts.push(thought)
  }

  #thought(block: number): Thought {
    let thought = this.#blocks.get(block)
    if (thought === undefined) {
      thought = { type: 'thinking', thinking: '', signature: '' }
      this.#blocks.set(block, thought)
      this.#thoughts.push(thought)
    }
    return thought
  }

  #partAdded(): ResponseEvent {
    return {
      type: 'response.reasoning_summary_part.added',
      ...this.#place,
      summary_index: SUMMARY,
      part: { type: 'summary_text', text: '' },
    }
  }

  #partDone(): ResponseEvent[] {
    const text = this.#text
    if (text === '') return []
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
    ]
  }
}

function isSigned(thought: Thoughts[number]): boolean {
  return thought.type !== 'thinking' || thought.signature !== ''
}
