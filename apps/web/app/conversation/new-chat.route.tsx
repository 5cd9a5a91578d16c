import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { useLatestTurn } from '../turn-stream/browser-turns.ts'
import type { Route } from './+types/new-chat.route.ts'
import { ExamplePrompts } from './example-prompts.tsx'
import { sendMessage } from './send-message.server.ts'
import { Transcript } from './transcript.tsx'

export function action({ request, context }: Route.ActionArgs) {
  return sendMessage(request, context, null)
}

export function meta() {
  return [
    { title: 'New chat · Brainlyx' },
    { name: 'description', content: 'Ask, and read the answer as it is written.' },
  ]
}

/** A chat that does not exist yet: it gets its page as soon as the server has made it. */
export default function NewChat() {
  const turn = useLatestTurn(null)
  const navigate = useNavigate()
  const chatId = turn?.chatId
  useEffect(() => {
    if (chatId != null) void navigate(`/c/${chatId}`, { replace: true, preventScrollReset: true })
  }, [chatId, navigate])

  if (turn !== null) return <Transcript chatId={null} messages={[]} turn={turn} />
  return (
    <div className="welcome">
      <h1>What are you curious about?</h1>
      <p>Ask anything. The answer appears as it is written, and you can stop it at any time.</p>
      <ExamplePrompts />
    </div>
  )
}
