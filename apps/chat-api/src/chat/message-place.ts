import { Identifier } from '@brainlyx/chat-contract'
import type { MessagePlace } from '@brainlyx/db'
import { invalidRequest } from '../http/validate.ts'

/**
 * Which messages a page is to have, as its query says.
 * @throws {ServiceError} 400 where it says two things, or names no message
 */
export function messagePlace(query: MessagePlace): MessagePlace {
  const [first, second] = Object.entries(query).filter(([, value]) => value !== undefined)
  if (second !== undefined) {
    throw invalidRequest([{ path: second[0], message: `cannot be combined with ${first![0]}` }])
  }
  if (first === undefined || Identifier.safeParse(first[1]).success) return query
  throw invalidRequest([{ path: first[0], message: 'is not one that this list gave' }])
}
