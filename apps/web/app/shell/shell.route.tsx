import { useEffect, useRef, useState } from 'react'
import type { Chat } from '@brainlyx/chat-contract'
import { Outlet, useLocation, useMatches, useNavigate, useRouteLoaderData } from 'react-router'
import type { ShouldRevalidateFunctionArgs } from 'react-router'
import type { loader as rootLoader } from '../root.tsx'
import type { ChatData } from '../conversation/chat.route.tsx'
import type { Route } from './+types/shell.route.ts'
import { BudgetBanner } from './budget-banner.tsx'
import { Announcements } from '../announcements/announcements.tsx'
import { ChatOptionsDialog } from './chat-options-dialog.tsx'
import { DegradedBanner } from './degraded-banner.tsx'
import { GuestsBanner } from './guests-banner.tsx'
import { loadShell } from './load-shell.server.ts'
import { PageHeader } from './page-header.tsx'
import { useSearchShortcut } from '../search/use-search-shortcut.ts'
import { Sidebar } from './sidebar.tsx'
import { SimulatedBanner } from './simulated-banner.tsx'

export type ShellData = typeof loader

export function loader({ request, context }: Route.LoaderArgs) {
  return loadShell(request, context)
}

/** Walking from chat to chat changes nothing here; a new chat, an action and an explicit refresh do. */
export function shouldRevalidate(args: ShouldRevalidateFunctionArgs): boolean {
  const { currentUrl, nextUrl, formMethod } = args
  if (formMethod !== undefined && formMethod !== 'GET') return true
  if (currentUrl.href === nextUrl.href) return true
  return currentUrl.pathname === '/' && nextUrl.pathname.startsWith('/c/')
}

export default function Shell({ loaderData }: Route.ComponentProps) {
  const { me, models, model, chats, announcements, dismissed, now } = loaderData
  const theme = useRouteLoaderData<typeof rootLoader>('root')?.theme ?? 'system'
  const chat = useRouteLoaderData<ChatData>('conversation/chat.route')?.chat
  const isConversation = useMatches().some(({ id }) => id === 'conversation/conversation.route')
  const [managed, setManaged] = useState<Chat | null>(null)
  useNewChatShortcut()
  useSearchShortcut()
  usePageStart()

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the conversation
      </a>
      <Sidebar me={me} chats={chats} now={now} onManage={setManaged} />
      <div className="shell-main">
        <PageHeader
          title={chat === undefined ? null : (chat.title ?? 'New chat')}
          theme={theme}
          models={isConversation ? models : []}
          model={model}
        />
        <Announcements made={announcements} dismissed={dismissed} />
        {me.installation.simulated && (
          <SimulatedBanner canSetKeys={me.installation.canSetProviderKeys} />
        )}
        <BudgetBanner alert={loaderData.budgetAlert} />
        {!me.installation.guests && me.user?.kind !== 'member' && (
          <GuestsBanner hasChats={chats.chats.length > 0} />
        )}
        <DegradedBanner degraded={me.installation.degraded} />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <ChatOptionsDialog chat={managed} onClose={() => setManaged(null)} />
    </div>
  )
}

function useNewChatShortcut(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey
      if (!command || !event.shiftKey || event.key.toLowerCase() !== 'o') return
      event.preventDefault()
      void navigate('/')
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [navigate])
}

/** Another page begins at its top and closes what lies over it; a chat goes to its own end. */
function usePageStart(): void {
  const { pathname } = useLocation()
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    const sidebar = document.getElementById('sidebar')
    if (sidebar?.matches(':popover-open') === true) sidebar.hidePopover()
    if (!pathname.startsWith('/c/')) window.scrollTo(0, 0)
  }, [pathname])
}
