import type { Problem } from '@brainlyx/chat-contract'
import { useEffect, useRef } from 'react'
import type { FormEvent, KeyboardEvent } from 'react'
import { stopTurn } from '../api/browser-api.ts'
import { SendIcon, StopIcon } from '../icons/icons.tsx'
import { turns } from '../turn-stream/browser-turns.ts'
import { newTurnIdentifier } from '../turn-stream/turn-identifier.ts'
import { keepDraft, readDraft } from './draft.ts'
import { scrollToEnd } from './stick-to-end.ts'

export interface ComposerProps {
  chatId: string | null
  runningTurnId: string | null
  canStop: boolean
  /** Nobody is signed in yet: the first message makes a guest. */
  asGuest: boolean
  /** In characters. */
  lengthLimit: number
  refused: { text: string; problem: Problem } | null
}

/** An ordinary form that a script makes quicker: the answer then streams into the page. */
export function Composer(props: ComposerProps) {
  const { chatId, runningTurnId, canStop, asGuest, refused } = props
  const textRef = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    const field = textRef.current
    if (field === null) return
    // What was typed before the script came, or while a new chat got its page, goes before an older draft.
    if (field.value === '') field.value = readDraft(chatId)
    else keepDraft(chatId, field.value)
    if (!isTouch()) field.focus({ preventScroll: true })
  }, [chatId])

  useEffect(() => {
    if (runningTurnId === null) return undefined
    const onKey = (event: globalThis.KeyboardEvent): void => {
      const inMenu = document.querySelector('dialog[open], [popover]:popover-open') !== null
      if (event.key === 'Escape' && !inMenu && !event.isComposing) void stop(runningTurnId)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [runningTurnId])

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (runningTurnId !== null) return
    const submitter = (event.nativeEvent as SubmitEvent).submitter
    const form = new FormData(event.currentTarget, submitter)
    const example = form.get('example')
    const text = example ?? form.get('text')
    if (typeof text !== 'string' || text.trim() === '') return
    const model = form.get('model')
    turns.send({
      turnId: newTurnIdentifier(),
      chatId,
      text,
      model: typeof model === 'string' ? model : 'auto',
      asGuest,
    })
    if (example === null && textRef.current !== null) {
      textRef.current.value = ''
      keepDraft(chatId, '')
    }
    textRef.current?.focus({ preventScroll: true })
    scrollToEnd()
  }

  return (
    <form
      id="composer"
      className="composer"
      method="post"
      action={chatId === null ? '/?index' : `/c/${chatId}`}
      onSubmit={submit}
    >
      {refused !== null && (
        <p className="form-problem" role="alert">
          {refused.problem.fields?.[0]?.message ?? refused.problem.detail ?? refused.problem.title}
        </p>
      )}
      <label htmlFor="composer-text" className="visually-hidden">
        Message
      </label>
      <textarea
        id="composer-text"
        ref={textRef}
        name="text"
        rows={1}
        required
        maxLength={props.lengthLimit}
        placeholder="Write a message"
        defaultValue={refused?.text}
        enterKeyHint="enter"
        onInput={(event) => keepDraft(chatId, event.currentTarget.value)}
        onKeyDown={sendOnEnter}
      />
      {runningTurnId === null ? (
        <button className="round-button" aria-label="Send" title="Send (Enter)">
          <SendIcon />
        </button>
      ) : (
        <button
          className="round-button"
          aria-label="Stop the answer"
          title="Stop (Esc)"
          formAction={`/turns/${runningTurnId}/stop`}
          formNoValidate
          disabled={!canStop}
          onClick={(event) => {
            event.preventDefault()
            void stop(runningTurnId)
          }}
        >
          <StopIcon />
        </button>
      )}
    </form>
  )
}

/** Enter sends where there is a real keyboard; never while an input method is composing. */
function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  const composing = event.nativeEvent.isComposing || event.keyCode === 229
  if (event.key !== 'Enter' || event.shiftKey || composing || isTouch()) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}

function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}

/** Where the request is lost, the answer merely goes on, and its reader presses again. */
async function stop(turnId: string): Promise<void> {
  await stopTurn(turnId).catch(() => undefined)
}
