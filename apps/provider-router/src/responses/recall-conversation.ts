import type { InputItem, ResponsesRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type {
  KeptConversation,
  KeptResponses,
  ResponseOwner,
} from '../kept-responses/kept-responses.ts'
import { isReasoning } from './item-id.ts'
import { unsupportedHere } from '../admit/unsupported-here.ts'

export interface Recalled {
  /** What `previous_response_id` names. */
  readonly earlier: KeptConversation | undefined
  /** What is said now, with items in place of their names. */
  readonly input: readonly InputItem[]
}

const SEND = 'Send the whole conversation as `input`, and `store: false`.'

/**
 * The whole conversation of a request that names parts of it in place of sending them.
 * @throws {ServiceError} 400 `previous-response-not-found`, 404 `item-not-found`; 400 `unsupported-option` where nothing is kept
 */
export async function recallConversation(
  asked: ResponsesRequest,
  owner: ResponseOwner,
  kept: KeptResponses,
): Promise<Recalled> {
  const { previous_response_id: previous } = asked
  if (previous != null && !kept.isOpen) {
    throw unsupportedHere('previous_response_id', `Responses are not kept here. ${SEND}`)
  }
  return {
    earlier: previous == null ? undefined : await kept.conversation(owner, previous),
    input: await withItems(saidItems(asked.input), owner, kept),
  }
}

function saidItems(input: ResponsesRequest['input']): readonly InputItem[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : input
}

async function withItems(
  input: readonly InputItem[],
  owner: ResponseOwner,
  kept: KeptResponses,
): Promise<readonly InputItem[]> {
  const ids = input.flatMap((item) => (item.type === 'item_reference' ? [item.id] : []))
  // Reasoning alone is not worth waiting for, or failing.
  if (ids.every(isReasoning)) return input
  const items = kept.isOpen ? await kept.items(owner, ids) : new Map<string, InputItem>()
  return input.map((item, index) => {
    if (item.type !== 'item_reference') return item
    const found = items.get(item.id)
    if (found === undefined && isMissed(input, index)) throw itemNotFound(item.id, index, kept)
    return found ?? item
  })
}

/**
 * A name in place of an item without which the conversation would be another. Reasoning can be done without, and
 * what was said before a call of the same answer is a remark on that call, which clients with loops of tools name so.
 */
function isMissed(input: readonly InputItem[], index: number): boolean {
  const item = input[index]!
  if (item.type !== 'item_reference' || isReasoning(item.id)) return false
  const next = input
    .slice(index + 1)
    .find(({ type }) => type !== 'reasoning' && type !== 'item_reference')
  return !next?.type.endsWith('_call')
}

function itemNotFound(id: string, index: number, kept: KeptResponses): ServiceError {
  const path = `input[${index}]`
  if (!kept.isOpen) {
    return unsupportedHere(path, `Items are not kept here, so no reference finds one. ${SEND}`)
  }
  return new ServiceError({
    code: 'item-not-found',
    status: 404,
    title: 'This item is not kept.',
    detail: `Item with id '${id}' not found: its response was made with \`store: false\`, or too long ago. ${SEND}`,
    fields: [{ path, message: 'is not kept' }],
  })
}
