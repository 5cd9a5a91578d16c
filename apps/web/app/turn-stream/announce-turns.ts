/** Tells the other tabs of this browser that a chat has changed. */
const CHANNEL = 'brainlyx-chats'

interface ChatChange {
  chatId: string
}

export function announceChatChange(chatId: string): void {
  const channel = new BroadcastChannel(CHANNEL)
  // A channel has one origin; windows' postMessage is what the rule is about.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage({ chatId } satisfies ChatChange)
  channel.close()
}

/** @returns how to stop listening. */
export function onChatChange(listener: (change: ChatChange) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.addEventListener('message', (event: MessageEvent<ChatChange>) => listener(event.data))
  return () => channel.close()
}
