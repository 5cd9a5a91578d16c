import type { Message } from '@brainlyx/chat-contract'

/**
 * All messages known of a chat, oldest first: ids are UUIDv7, so their order is the messages'. The page that is
 * loaded again after an answer begins later than before, so what was known must stay.
 */
export function mergeMessages(
  known: readonly Message[],
  incoming: readonly Message[],
): readonly Message[] {
  const byId = new Map(known.map((message) => [message.id, message]))
  for (const message of incoming) byId.set(message.id, message)
  return [...byId.values()].toSorted((left, right) => (left.id < right.id ? -1 : 1))
}
