import type { Chat } from '@brainlyx/chat-contract'

export interface ChatGroup<Item> {
  readonly label: string
  readonly chats: readonly Item[]
}

/**
 * Chats by how long ago they were last used, in the reader's own days.
 * @param chats newest first, and so are the groups.
 * @param timeZone IANA name.
 */
export function groupChats<Item extends Pick<Chat, 'updatedAt'>>(
  chats: readonly Item[],
  nowMs: number,
  timeZone: string,
): ChatGroup<Item>[] {
  const day = dayNumberIn(timeZone)
  const month = new Intl.DateTimeFormat('en', { timeZone, month: 'long', year: 'numeric' })
  const today = day(nowMs)
  const groups: { label: string; chats: Item[] }[] = []
  for (const chat of chats) {
    const updatedAt = Date.parse(chat.updatedAt)
    const daysAgo = today - day(updatedAt)
    const label = labelOf(daysAgo) ?? month.format(updatedAt)
    const last = groups.at(-1)
    if (last?.label === label) last.chats.push(chat)
    else groups.push({ label, chats: [chat] })
  }
  return groups
}

function labelOf(daysAgo: number): string | undefined {
  if (daysAgo <= 0) return 'Today'
  if (daysAgo === 1) return 'Yesterday'
  if (daysAgo <= 7) return 'Previous 7 days'
  if (daysAgo <= 30) return 'Previous 30 days'
  return undefined
}

/** Counts calendar days, so that a day is a day where clocks change. */
function dayNumberIn(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return (timeMs) => Math.round(Date.parse(`${format.format(timeMs)}T00:00:00Z`) / 86_400_000)
}
