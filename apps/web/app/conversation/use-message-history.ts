import type { Message } from '@brainlyx/chat-contract'
import { useCallback, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { listMessages } from '../api/browser-api.ts'
import { mergeMessages } from './merge-messages.ts'
import { keepPlace } from './stick-to-end.ts'

interface LoadedPage {
  readonly messages: readonly Message[]
  readonly earlierCursor: string | null
}

/** The messages of one chat: the last page as the server sends it anew, and the earlier ones fetched so far. */
export function useMessageHistory(chatId: string, page: LoadedPage) {
  const [loaded, setLoaded] = useState<LoadedPage>(page)
  const [latest, setLatest] = useState<readonly Message[]>(page.messages)
  const [failed, setFailed] = useState(false)
  const loading = useRef(false)

  if (latest !== page.messages) {
    setLatest(page.messages)
    setLoaded({ ...loaded, messages: mergeMessages(loaded.messages, page.messages) })
  }

  const { earlierCursor } = loaded
  const loadEarlier = useCallback(async () => {
    if (earlierCursor === null || loading.current) return
    loading.current = true
    setFailed(false)
    try {
      const earlier = await listMessages(chatId, earlierCursor)
      keepPlace(() =>
        flushSync(() =>
          setLoaded((before) => ({
            messages: mergeMessages(earlier.messages, before.messages),
            earlierCursor: earlier.nextCursor,
          })),
        ),
      )
    } catch {
      setFailed(true)
    } finally {
      loading.current = false
    }
  }, [chatId, earlierCursor])

  return { ...loaded, loadEarlier, failed }
}
