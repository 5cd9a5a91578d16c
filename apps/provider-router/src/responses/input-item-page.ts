import type { InputItem } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import { itemIdAt } from './item-id.ts'

/** A page of a list, as OpenAI's clients turn its pages. */
export interface ItemPage {
  readonly object: 'list'
  readonly data: readonly object[]
  readonly first_id: string | null
  readonly last_id: string | null
  readonly has_more: boolean
}

/**
 * @param items oldest first
 * @param asked.after the id of the last item of the page before
 * @throws {ServiceError} 400 `invalid-request` for an `after` that is none of the items
 */
export function inputItemPage(
  responseId: string,
  items: readonly InputItem[],
  asked: { readonly limit: number; readonly order: 'asc' | 'desc'; readonly after?: string },
): ItemPage {
  const { limit, order, after } = asked
  const oldestFirst = items.flatMap((item, index) => listed(item, `${responseId} ${index}`))
  const all = order === 'asc' ? oldestFirst : oldestFirst.toReversed()
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
  if (after !== undefined && from === 0) throw afterNothing(after)
  const data = all.slice(from, from + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + limit < all.length,
  }
}

interface ListedItem {
  readonly id: string
  readonly [option: string]: unknown
}

/** As OpenAI lists it: with an id and a status, and its words in parts. */
function listed(item: InputItem, place: string): ListedItem[] {
  if (item.type === 'item_reference') return []
  const { id } = item as { readonly id?: unknown }
  const named = typeof id === 'string' ? id : itemIdAt(item.type, place)
  if (item.type !== 'message') return [{ status: 'completed', ...item, id: named }]
  const { role, content } = item
  const text = { text: content, ...(role === 'assistant' && { annotations: [] }) }
  const type = role === 'assistant' ? 'output_text' : 'input_text'
  const parts = typeof content === 'string' ? [{ type, ...text }] : content
  return [{ status: 'completed', ...item, id: named, content: parts }]
}

function afterNothing(after: string): ServiceError {
  return new ServiceError({
    code: 'invalid-request',
    status: 400,
    title: 'The request is not valid.',
    detail: `\`after\` names '${after}', which is none of the items of this response.`,
    fields: [{ path: 'after', message: 'is none of the items' }],
  })
}
