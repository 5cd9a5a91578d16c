import type { Message } from '@brainlyx/chat-contract'

export interface LoadedMessages {
  /** Oldest first; each follows the one before it. */
  readonly messages: readonly Message[]
  /** Of the page before them; null at the chat's beginning. */
  readonly earlierCursor: string | null
}

/**
 * What is known of a branch after its last page was loaded anew: that page, after those earlier messages that it goes
 * on from. Messages of a branch that is no longer shown fall away.
 */
export function mergeLatest(known: LoadedMessages, latest: LoadedMessages): LoadedMessages {
  const first = latest.messages[0]
  const end = known.messages.findIndex(({ id }) => id === first?.parentId) + 1
  if (end === 0) return latest
  return {
    messages: [...known.messages.slice(0, end), ...latest.messages],
    earlierCursor: known.earlierCursor,
  }
}

/** The page before what is known; left out where another branch is shown by now. */
export function mergeEarlier(known: LoadedMessages, earlier: LoadedMessages): LoadedMessages {
  const last = earlier.messages.at(-1)
  if (last !== undefined && known.messages[0]?.parentId !== last.id) return known
  return {
    messages: [...earlier.messages, ...known.messages],
    earlierCursor: earlier.earlierCursor,
  }
}
