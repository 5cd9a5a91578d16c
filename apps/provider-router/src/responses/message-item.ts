import type { TokenLogprob } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import { outputAnnotation, outputLogprobs } from './output-details.ts'
import type { OutputLogprob } from './output-details.ts'
import { itemAdded, itemDone } from './response-item.ts'
import type {
  ItemEnd,
  ItemPlace,
  OutputItem,
  ResponseEvent,
  ResponseItem,
} from './response-item.ts'

type Status = OpenAI.Responses.ResponseOutputMessage['status']
type Part = OpenAI.Responses.ResponseOutputText | OpenAI.Responses.ResponseOutputRefusal
type TextPart = OpenAI.Responses.ResponseOutputText & { logprobs: OutputLogprob[] }

/** What is said: text, and a refusal as a part of its own. */
export class MessageItem implements ResponseItem {
  readonly #place: ItemPlace
  readonly #parts: Part[] = []
  #status: Status = 'in_progress'

  constructor(place: ItemPlace) {
    this.#place = place
  }

  begin(): ResponseEvent[] {
    return [itemAdded(this.#place, this.item())]
  }

  addText(text: string, logprobs: readonly TokenLogprob[] | undefined): ResponseEvent[] {
    const { part, events } = this.#textPart()
    const told = outputLogprobs(logprobs ?? [])
    part.text += text
    part.logprobs.push(...told)
    return [
      ...events,
      {
        type: 'response.output_text.delta',
        ...this.#placeOf(part),
        delta: text,
        logprobs: told,
      },
    ]
  }

  addRefusal(text: string): ResponseEvent[] {
    const last = this.#parts.at(-1)
    const part: Part = last?.type === 'refusal' ? last : { type: 'refusal', refusal: '' }
    const events = part === last ? [] : this.#begin(part)
    part.refusal += text
    return [...events, { type: 'response.refusal.delta', ...this.#placeOf(part), delta: text }]
  }

  /** @param annotations in the shape of a chat completion's */
  annotate(annotations: readonly Record<string, unknown>[]): ResponseEvent[] {
    const { part, events } = this.#textPart()
    for (const each of annotations) {
      const annotation = outputAnnotation(each)
      part.annotations.push(annotation)
      events.push({
        type: 'response.output_text.annotation.added',
        ...this.#placeOf(part),
        annotation_index: part.annotations.length - 1,
        annotation:
          annotation as OpenAI.Responses.ResponseOutputTextAnnotationAddedEvent['annotation'],
      })
    }
    return events
  }

  end(status: ItemEnd): ResponseEvent[] {
    if (this.#status !== 'in_progress') return []
    // Clients read the first part of a message, and there may be nothing in it.
    const events = this.#parts.length === 0 ? this.#textPart().events : []
    this.#status = status
    return [...events, ...this.#endPart(), itemDone(this.#place, this.item())]
  }

  item(): OutputItem {
    return {
      id: this.#place.item_id,
      type: 'message',
      role: 'assistant',
      status: this.#status,
      content: this.#parts.map((part) => structuredClone(part)),
    }
  }

  #textPart(): { part: TextPart; events: ResponseEvent[] } {
    const last = this.#parts.at(-1)
    if (last?.type === 'output_text') return { part: last as TextPart, events: [] }
    const part: TextPart = { type: 'output_text', text: '', annotations: [], logprobs: [] }
    return { part, events: this.#begin(part) }
  }

  #begin(part: Part): ResponseEvent[] {
    const ended = this.#endPart()
    this.#parts.push(part)
    return [
      ...ended,
      {
        type: 'response.content_part.added',
        ...this.#placeOf(part),
        part: structuredClone(part),
      },
    ]
  }

  /** A part ends where the next begins. */
  #endPart(): ResponseEvent[] {
    const part = this.#parts.at(-1)
    if (part === undefined) return []
    const place = this.#placeOf(part)
    const done: ResponseEvent =
      part.type === 'refusal'
        ? { type: 'response.refusal.done', ...place, refusal: part.refusal }
        : {
            type: 'response.output_text.done',
            ...place,
            text: part.text,
            logprobs: (part as TextPart).logprobs,
          }
    return [done, { type: 'response.content_part.done', ...place, part: structuredClone(part) }]
  }

  #placeOf(part: Part): ItemPlace & { readonly content_index: number } {
    return { ...this.#place, content_index: this.#parts.indexOf(part) }
  }
}
