import type { Announcement } from '@brainlyx/chat-contract'
import { useEffect, useState } from 'react'
import { listAnnouncements } from '../api/browser-api.ts'

/** With the seconds in which replicas hear of a change, what is said is read within thirty. */
const INTERVAL_MS = 20_000

/** What is told at the moment: as the page was made, then as it is asked for while somebody looks at the page. */
export function useCurrentAnnouncements(made: readonly Announcement[]): readonly Announcement[] {
  const [current, setCurrent] = useState(made)
  const [shown, setShown] = useState(made)
  // The page was made anew, and knows more than the last poll.
  if (shown !== made) {
    setShown(made)
    setCurrent(made)
  }
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const abort = new AbortController()
    const wait = (): void => {
      // Pages that were opened at the same moment do not ask at the same moment.
      timer = setTimeout(() => void look(), INTERVAL_MS * (0.75 + Math.random() / 4))
    }
    const look = async (): Promise<void> => {
      clearTimeout(timer)
      if (document.visibilityState === 'visible') {
        const found = await listAnnouncements(abort.signal).catch(() => undefined)
        if (abort.signal.aborted) return
        if (found !== undefined) setCurrent((known) => (areSame(known, found) ? known : found))
      }
      wait()
    }
    const onVisible = (): void => void (document.visibilityState === 'visible' && look())
    wait()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      abort.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [])
  return current
}

function areSame(one: readonly Announcement[], other: readonly Announcement[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
