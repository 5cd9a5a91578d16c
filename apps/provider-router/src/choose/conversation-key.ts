import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { createHash } from 'node:crypto'
import type { Caller } from '../admit/authenticate.ts'

/** No provider keeps shorter prompts. */
const LEAST_TOKENS = 512
/** The beginning of a conversation, which stays as it is while it grows. */
const FIRST_MESSAGES = 2

/**
 * Names a conversation whose prompt a provider may keep; undefined for one that is too short for that.
 * @param inputTokens an estimate
 */
export function conversationKey(
  caller: Caller,
  request: ChatCompletionRequest,
  inputTokens: number,
): string | undefined {
  if (inputTokens < LEAST_TOKENS) return undefined
  const beginning = request.messages
    .slice(0, FIRST_MESSAGES)
    .map(({ role, content }) => [role, content])
  return createHash('sha256')
    .update(JSON.stringify([caller, request.user, request.model, beginning]))
    .digest('base64url')
}
