import { useCallback } from 'react'
import type { KeyboardEvent } from 'react'

/** ↓ and ↑ walk from the field through the results, where Enter follows the link that has the focus. */
export function useArrowKeys(): (event: KeyboardEvent<HTMLElement>) => void {
  return useCallback((event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || event.nativeEvent.isComposing) return
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('.search-field, .hit')]
    const at = stops.findIndex((stop) => stop === document.activeElement)
    const next = at < 0 ? undefined : stops[at + step]
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  }, [])
}
