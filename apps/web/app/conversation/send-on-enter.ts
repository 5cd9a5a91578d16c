import type { KeyboardEvent } from 'react'

/** Enter sends where there is a real keyboard, Ctrl or ⌘ and Enter anywhere; never while an input method is composing. */
export function sendOnEnter(
  event: KeyboardEvent<HTMLTextAreaElement>,
  submitter: HTMLButtonElement | null = null,
): void {
  const composing = event.nativeEvent.isComposing || event.keyCode === 229
  if (event.key !== 'Enter' || event.shiftKey || composing) return
  if (isTouch() && !event.ctrlKey && !event.metaKey) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit(submitter)
}

export function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}
