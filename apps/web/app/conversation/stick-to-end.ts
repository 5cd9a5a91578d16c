import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import type { RefObject } from 'react'

// Reading along: the page follows a growing answer while its end is in view, and stays where it is otherwise.

/** This near to the end counts as there: a line and the rounding of zoomed pages. */
const NEAR_PX = 48

let atEnd = true
const listeners = new Set<() => void>()

function setAtEnd(value: boolean): void {
  if (atEnd === value) return
  atEnd = value
  for (const listener of listeners) listener()
}

function isAtEnd(): boolean {
  const { scrollHeight, clientHeight, scrollTop } = document.documentElement
  return scrollHeight - clientHeight - scrollTop <= NEAR_PX
}

export function scrollToEnd(behavior: ScrollBehavior = 'instant'): void {
  setAtEnd(true)
  window.scrollTo({ top: document.documentElement.scrollHeight, behavior })
}

/**
 * Changes what is above what is being read without moving it. Browsers' own anchoring does so only away from the very
 * top, where earlier messages are asked for, and is switched off for messages.
 * @param change draws before it returns.
 */
export function keepPlace(change: () => void): void {
  const page = document.documentElement
  const fromEnd = page.scrollHeight - page.scrollTop
  change()
  window.scrollTo({ top: page.scrollHeight - fromEnd, behavior: 'instant' })
}

/** Whether the end of the conversation is in view. */
export function useIsAtEnd(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => atEnd,
    () => true,
  )
}

/**
 * Keeps the end in view where it was, and the reader's place where messages come in above.
 * @param beginsAt the message to begin at instead, or `top`.
 */
export function useStickToEnd(
  chatId: string | null,
  beginsAt: string | null,
): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    if (chatId === null) return
    if (beginsAt === null) {
      scrollToEnd()
      return
    }
    setAtEnd(false)
    if (beginsAt === 'top') window.scrollTo({ top: 0, behavior: 'instant' })
    else document.getElementById(`message-${beginsAt}`)?.scrollIntoView({ block: 'center' })
  }, [beginsAt, chatId])

  useEffect(() => {
    const list = ref.current
    if (list === null) return undefined
    let lastTop = document.documentElement.scrollTop
    const onScroll = (): void => {
      const top = document.documentElement.scrollTop
      // Only a reader scrolls up; a page that grows under us merely leaves its end further down.
      if (isAtEnd()) setAtEnd(true)
      else if (top < lastTop) setAtEnd(false)
      lastTop = top
    }
    // Unfolding something to read it is not a reason to leave it.
    const onClick = (event: Event): void => {
      const isSummary = event.target instanceof Element && event.target.closest('summary') !== null
      if (isSummary && list.querySelector('[aria-busy="true"]') === null) setAtEnd(false)
    }
    const onToggle = (): void => setAtEnd(isAtEnd())
    list.addEventListener('click', onClick)
    list.addEventListener('toggle', onToggle, { capture: true })
    const observer = new ResizeObserver(() => {
      if (atEnd) scrollToEnd()
      else onScroll()
    })
    observer.observe(list)
    window.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      list.removeEventListener('click', onClick)
      list.removeEventListener('toggle', onToggle, { capture: true })
      window.removeEventListener('scroll', onScroll)
      setAtEnd(true)
    }
  }, [])
  return ref
}
