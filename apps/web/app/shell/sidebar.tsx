import type { Chat, ChatPage, Me } from '@brainlyx/chat-contract'
import { Link } from 'react-router'
import { CloseIcon, PlusIcon, SearchIcon } from '../icons/icons.tsx'
import { AccountSection } from './account-section.tsx'
import { Brand } from './brand.tsx'
import { ChatList } from './chat-list.tsx'

/** Beside the page where there is room; on a phone a popover, which needs no script to open. */
export function Sidebar({
  me,
  chats,
  now,
  onManage,
}: {
  me: Me
  chats: ChatPage
  now: number
  onManage: (chat: Chat) => void
}) {
  return (
    <aside id="sidebar" popover="auto" className="sidebar" aria-label="Chats and account">
      <div className="sidebar-top">
        <Brand />
        <button
          type="button"
          className="icon-button sidebar-close"
          popoverTarget="sidebar"
          popoverTargetAction="hide"
          aria-label="Close"
        >
          <CloseIcon />
        </button>
      </div>
      <Link className="button new-chat" to="/" aria-keyshortcuts="Control+Shift+O Meta+Shift+O">
        <PlusIcon /> New chat
      </Link>
      <Link className="button search-link" to="/search" aria-keyshortcuts="Control+K Meta+K /">
        <SearchIcon /> Search <kbd aria-hidden="true">Ctrl K</kbd>
      </Link>
      <nav className="chat-nav" aria-label="Chats">
        <ChatList page={chats} now={now} onManage={onManage} />
      </nav>
      <AccountSection me={me} />
    </aside>
  )
}
