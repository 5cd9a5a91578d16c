import type { Chat, ChatPage } from '@brainlyx/chat-contract'
import { useState, useSyncExternalStore } from 'react'
import { NavLink } from 'react-router'
import { listChats } from '../api/browser-api.ts'
import { MoreIcon } from '../icons/icons.tsx'
import { groupChats } from './chat-groups.ts'

export function ChatList({
  page,
  now,
  onManage,
}: {
  page: ChatPage
  now: number
  onManage: (chat: Chat) => void
}) {
  const timeZone = useTimeZone()
  const { chats, nextCursor, showOlder, failed } = useChatPages(page)
  if (chats.length === 0) return <p className="chat-list-empty">Your chats will be listed here.</p>
  return (
    <>
      {page.previousCursor !== null && (
        <a className="show-older" href={`?chats=${encodeURIComponent(page.previousCursor)}`}>
          Show newer chats
        </a>
      )}
      {groupChats(chats, now, timeZone).map((group) => (
        <section key={group.label} aria-label={group.label}>
          <h2 className="chat-group">{group.label}</h2>
          <ul className="chat-list">
            {group.chats.map((chat) => (
              <li key={chat.id} className="chat-row">
                <NavLink to={`/c/${chat.id}`} className="chat-link" end>
                  {chat.title ?? 'New chat'}
                </NavLink>
                <a
                  className="icon-button chat-more"
                  href={`/c/${chat.id}/options`}
                  aria-label={`Rename or delete “${chat.title ?? 'New chat'}”`}
                  onClick={(event) => {
                    event.preventDefault()
                    onManage(chat)
                  }}
                >
                  <MoreIcon />
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {nextCursor !== null && (
        <a
          className="show-older"
          href={`?chats=${encodeURIComponent(nextCursor)}`}
          onClick={(event) => {
            event.preventDefault()
            void showOlder()
          }}
        >
          {failed ? 'Older chats could not be loaded. Try again' : 'Show older chats'}
        </a>
      )}
    </>
  )
}

/** The first page as the server sends it anew, and older ones fetched so far. */
function useChatPages(page: ChatPage) {
  const [older, setOlder] = useState<ChatPage | null>(null)
  const [failed, setFailed] = useState(false)
  const known = new Set(page.chats.map(({ id }) => id))
  const chats =
    older === null ? page.chats : [...page.chats, ...older.chats.filter(({ id }) => !known.has(id))]
  const nextCursor = older === null ? page.nextCursor : older.nextCursor
  const showOlder = async (): Promise<void> => {
    if (nextCursor === null) return
    setFailed(false)
    try {
      const next = await listChats(nextCursor)
      setOlder((before) => ({
        chats: [...(before?.chats ?? []), ...next.chats],
        nextCursor: next.nextCursor,
        previousCursor: null,
      }))
    } catch {
      setFailed(true)
    }
  }
  return { chats, nextCursor, showOlder, failed }
}

/** The reader's own; the server, which does not know it, and the first rendering use UTC. */
function useTimeZone(): string {
  return useSyncExternalStore(
    () => () => undefined,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  )
}
