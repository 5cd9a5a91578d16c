import type { Message } from '@brainlyx/chat-contract'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { NextIcon, PreviousIcon } from '../icons/icons.tsx'

/** Which of several messages in one place this is, and the way to the others: buttons of the composer's form. */
export function BranchSwitch({ message }: { message: Message }) {
  const { id, siblingIds } = message
  const index = siblingIds.indexOf(id)
  useAwaitedFocus(id)
  if (siblingIds.length < 2 || index < 0) return null
  return (
    <fieldset className="branch-switch" aria-label="Versions of this message">
      <Step id={`previous-${id}`} label="Previous version" to={siblingIds[index - 1]}>
        <PreviousIcon />
      </Step>
      <span aria-hidden="true">
        {index + 1} / {siblingIds.length}
      </span>
      <span className="visually-hidden">
        Version {index + 1} of {siblingIds.length}
      </span>
      <Step id={`next-${id}`} label="Next version" to={siblingIds[index + 1]}>
        <NextIcon />
      </Step>
    </fieldset>
  )
}

function Step(props: { id: string; label: string; to: string | undefined; children: ReactNode }) {
  const { id, label, to, children } = props
  return (
    <button
      id={id}
      className="small-button"
      form="composer"
      name="show"
      value={to}
      aria-label={label}
      title={label}
      disabled={to === undefined}
      formNoValidate
    >
      {children}
    </button>
  )
}

/** Where the focus goes once another version has come up: to the same button there. */
let awaited: { messageId: string; direction: 'previous' | 'next' } | null = null

/** @param button which was pressed to turn to `messageId`. */
export function focusSwitch(button: HTMLElement, messageId: string): void {
  awaited = { messageId, direction: button.id.startsWith('next-') ? 'next' : 'previous' }
}

function useAwaitedFocus(messageId: string): void {
  useEffect(() => {
    if (awaited?.messageId !== messageId) return
    const { direction } = awaited
    awaited = null
    const directions = direction === 'next' ? ['next', 'previous'] : ['previous', 'next']
    directions
      .map((name) => document.getElementById(`${name}-${messageId}`))
      .find((button) => button instanceof HTMLButtonElement && !button.disabled)
      ?.focus({ preventScroll: true })
  }, [messageId])
}
