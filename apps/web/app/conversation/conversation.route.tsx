import { useMemo } from 'react'
import { Outlet, useParams, useRouteLoaderData } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { pageRequest } from '../request/page-request.server.ts'
import type { ShellData } from '../shell/shell.route.tsx'
import { useLatestTurn } from '../turn-stream/browser-turns.ts'
import { isRunning } from '../turn-stream/live-turn.ts'
import type { LiveTurn } from '../turn-stream/live-turn.ts'
import type { Route } from './+types/conversation.route.ts'
import type { ChatData } from './chat.route.tsx'
import { Composer } from './composer.tsx'
import { JumpToLatest } from './jump-to-latest.tsx'
import { refusedMessage } from './send-message.server.ts'

export type ConversationData = typeof loader

export function loader({ context }: Route.LoaderArgs) {
  const { messageLengthLimit } = context.get(pageRequest)
  return { refused: context.get(refusedMessage), messageLengthLimit }
}

/** The composer stays while the chat above it changes: what is being typed survives a new chat getting its page. */
export default function Conversation({ loaderData }: Route.ComponentProps) {
  const chatId = useParams()['chatId'] ?? null
  const page = useRouteLoaderData<ChatData>('conversation/chat.route')
  const chat = page?.chat
  const shell = useRouteLoaderData<ShellData>('shell/shell.route')
  const turn = useLatestTurn(chatId)
  const runningTurnId = runningTurn(turn, chat?.activeTurnId ?? null)
  const waiting = useMemo(
    () => new Map(chat?.waiting.map(({ turnId, text }) => [turnId, text])),
    [chat],
  )
  const knownTurnIds = useMemo(
    () => new Set([...(page?.messages ?? []).map(({ turnId }) => turnId), ...waiting.keys()]),
    [page, waiting],
  )
  return (
    <div className="conversation">
      <Outlet />
      <div className="composer-dock">
        <JumpToLatest />
        <Composer
          chatId={chatId}
          madeChatId={chatId === null ? (turn?.chatId ?? null) : null}
          runningTurnId={runningTurnId}
          canStop={turn?.phase !== 'sending'}
          asGuest={shell?.me.user === null}
          prices={shell?.prices ?? {}}
          model={shell?.model ?? 'auto'}
          promptTokens={chat?.promptTokens ?? 0}
          lengthLimit={loaderData.messageLengthLimit}
          refused={loaderData.refused}
          waiting={waiting}
          knownTurnIds={knownTurnIds}
        />
      </div>
    </div>
  )
}

/** What this tab follows is newer than what the page was made with. */
function runningTurn(turn: LiveTurn | null, activeTurnId: string | null): string | null {
  if (turn === null || turn.phase === 'waiting') return activeTurnId
  if (isRunning(turn)) return turn.turnId
  return turn.turnId === activeTurnId ? null : activeTurnId
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}
