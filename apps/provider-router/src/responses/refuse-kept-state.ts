import type { InputItem, ResponsesRequest } from '@brainlyx/router-contract'
import { isReasoning } from './item-id.ts'
import { unsupportedHere } from './unsupported-here.ts'

/**
 * The router keeps nothing of an answer, so it cannot go on from one, work on one while nobody waits, or know an item
 * by its name.
 * @throws {ServiceError} 400 `unsupported-option`
 */
export function refuseKeptState(asked: ResponsesRequest): void {
  const { previous_response_id: previous, conversation, prompt, background, input } = asked
  const send = 'Send the whole conversation as `input`, and `store: false`.'
  if (previous != null) {
    throw unsupportedHere('previous_response_id', `Responses are not kept here. ${send}`)
  }
  if (conversation != null) {
    throw unsupportedHere('conversation', `Conversations are not kept here. ${send}`)
  }
  if (prompt != null) {
    throw unsupportedHere('prompt', 'Prompts are not kept here: send their text as `instructions`.')
  }
  if (background === true) {
    throw unsupportedHere('background', 'Responses are not kept here: wait for the answer.')
  }
  if (typeof input === 'string') return
  const place = input.findIndex((_, index) => isMissed(input, index))
  if (place < 0) return
  throw unsupportedHere(
    `input[${place}]`,
    `Items are not kept here, so no reference finds one. ${send}`,
  )
}

/**
 * A name in place of an item without which the conversation would be another. Reasoning would be left out anyway, and
 * what was said before a call of the same answer is a remark on that call, which clients with loops of tools name so.
 */
function isMissed(input: readonly InputItem[], index: number): boolean {
  const item = input[index]!
  if (item.type !== 'item_reference' || isReasoning(item.id)) return false
  const next = input
    .slice(index + 1)
    .find(({ type }) => type !== 'reasoning' && type !== 'item_reference')
  return next?.type !== 'function_call' && next?.type !== 'custom_tool_call'
}
