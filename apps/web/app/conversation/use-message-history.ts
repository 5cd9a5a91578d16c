import { useCallback, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { listMessages } from '../api/browser-api.ts'
import { mergeEarlier, mergeLatest } from './merge-messages.ts'
import type { LoadedMessages } from './merge-messages.ts'
import { keepPlace } from './stick-to-end.ts'

/** The messages of one chat: the last page as the server sends it anew, and the earlier ones fetched so far. */
export function useMessageHistory(chatId: string, page: LoadedMessages) {
  const [loaded, setLoaded] = useState<LoadedMessages>(page)
  const [latest, setLatest] = useState(page.messages)
  const [failed, setFailed] = useState(false)
  const loading = useRef(false)

  if (latest !== page.messages) {
    setLatest(page.messages)
    setLoaded(mergeLatest(loaded, page))
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
          setLoaded((known) =>
            mergeEarlier(known, {
              messages: earlier.messages,
              earlierCursor: earlier.nextCursor,
            }),
          ),
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
