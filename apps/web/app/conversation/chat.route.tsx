import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { turns, useLatestTurn, useOutgoing } from '../turn-stream/browser-turns.ts'
import type { Route } from './+types/chat.route.ts'
import { loadChat } from './load-chat.server.ts'
import { sendMessage } from './send-message.server.ts'
import { Transcript } from './transcript.tsx'
import { useMessageHistory } from './use-message-history.ts'
import { useRefreshAfterTurn } from './use-refresh-after-turn.ts'

export type ChatData = typeof loader

export function loader({ request, params, context }: Route.LoaderArgs) {
  return loadChat(request, context, params.chatId)
}

export function action({ request, params, context }: Route.ActionArgs) {
  return sendMessage(request, context, params.chatId)
}

export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.chat.title ?? 'New chat'} · Brainlyx` }]
}

export default function ChatRoute({ loaderData }: Route.ComponentProps) {
  return <OpenChat key={loaderData.chat.id} {...loaderData} />
}

function OpenChat(loaded: Route.ComponentProps['loaderData']) {
  const { chat, partial, runningQuestionId } = loaded
  const history = useMessageHistory(chat.id, loaded)
  const turn = useLatestTurn(chat.id)
  const outgoing = useOutgoing(chat.id)

  useEffect(() => turns.leaveNewChat(), [])
  useEffect(() => {
    if (chat.activeTurnId === null) return
    const seen = partial?.turnId === chat.activeTurnId ? partial : undefined
    turns.attach(
      {
        turnId: chat.activeTurnId,
        chatId: chat.id,
        model: partial?.model ?? 'auto',
        userMessageId: runningQuestionId,
      },
      seen,
    )
  }, [chat.activeTurnId, chat.id, partial, runningQuestionId])
  useRefreshAfterTurn(chat, turn)

  // What is sent goes to the chat's end, and so does who sent it from among messages further up.
  const navigate = useNavigate()
  const isSentFromAbove = turn?.inPlace === true && loaded.newerCursor !== null
  useEffect(() => {
    if (isSentFromAbove) void navigate(`/c/${chat.id}`, { replace: true })
  }, [chat.id, isSentFromAbove, navigate])

  const running =
    chat.activeTurnId === null
      ? null
      : {
          turnId: chat.activeTurnId,
          userMessageId: runningQuestionId,
          parts: partial?.parts ?? [],
          model: partial?.model ?? null,
        }
  return (
    <Transcript
      chatId={chat.id}
      messages={history.messages}
      turn={turn}
      running={running}
      unanswered={loaded.unanswered}
      waiting={chat.waiting}
      outgoing={outgoing}
      editedId={loaded.editedId}
      earlier={
        history.earlierCursor === null
          ? undefined
          : { cursor: history.earlierCursor, load: history.loadEarlier, failed: history.failed }
      }
      newerCursor={loaded.newerCursor}
      isEarlierPage={loaded.isEarlierPage}
      beginsAt={loaded.beginsAt}
    />
  )
}
