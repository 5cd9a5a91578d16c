import type { ResponsesRequest } from '@brainlyx/router-contract'
import { unsupportedHere } from '../admit/unsupported-here.ts'

/**
 * The router keeps nothing but responses for a while, so it cannot work on one while nobody waits.
 * @throws {ServiceError} 400 `unsupported-option`
 */
export function refuseKeptState({ conversation, prompt, background }: ResponsesRequest): void {
  if (conversation != null) {
    throw unsupportedHere(
      'conversation',
      'Conversations are not kept here: send `previous_response_id`, or the whole of it as `input`.',
    )
  }
  if (prompt != null) {
    throw unsupportedHere('prompt', 'Prompts are not kept here: send their text as `instructions`.')
  }
  if (background === true) {
    throw unsupportedHere('background', 'Responses are not made here while nobody waits for them.')
  }
}
