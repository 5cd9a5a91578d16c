import type { Problem } from '@brainlyx/chat-contract'
import { useEffect, useRef } from 'react'
import { stopTurn } from '../api/browser-api.ts'
import { SendIcon, StopIcon } from '../icons/icons.tsx'
import { CostEstimate } from './cost-estimate.tsx'
import type { TokenPrice } from './estimate-cost.ts'
import { sendOnEnter } from './send-on-enter.ts'
import { useComposerActions } from './use-composer-actions.ts'
import type { ComposerPlace } from './use-composer-actions.ts'
import { useComposerText } from './use-composer-text.ts'

export interface ComposerProps extends ComposerPlace {
  canStop: boolean
  /** Of the models to choose from. */
  prices: Readonly<Record<string, TokenPrice>>
  /** What is chosen. */
  model: string
  /** How much of the chat is read again. */
  promptTokens: number
  /** In characters. */
  lengthLimit: number
  /** What the page was made with: a message that was not taken, or one that was taken back. */
  refused: { text: string; problem: Problem | null } | null
  /** Turns that the page knows of. */
  knownTurnIds: ReadonlySet<string>
}

/** An ordinary form that a script makes quicker: the answer then streams into the page. */
export function Composer(props: ComposerProps) {
  const { chatId, runningTurnId, canStop, refused } = props
  const textRef = useRef<HTMLTextAreaElement>(null)
  const text = useComposerText(textRef, chatId, props.knownTurnIds)
  const actions = useComposerActions(props, text)
  const problem = actions.problem ?? refused?.problem ?? null

  useEffect(() => {
    if (runningTurnId === null) return undefined
    const onKey = (event: KeyboardEvent): void => {
      const inMenu = document.querySelector('dialog[open], [popover]:popover-open') !== null
      const taken = inMenu || event.isComposing || event.defaultPrevented
      if (event.key === 'Escape' && !taken) void stop(runningTurnId)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [runningTurnId])

  return (
    <form
      id="composer"
      className="composer"
      method="post"
      action={chatId === null ? '/?index' : `/c/${chatId}`}
      onSubmit={(event) => {
        event.preventDefault()
        const { submitter } = event.nativeEvent
        actions.submit(new FormData(event.currentTarget, submitter), submitter)
      }}
    >
      {problem !== null && (
        <p className="form-problem" role="alert">
          {problem.fields?.[0]?.message ??
            [problem.title, problem.detail].filter(Boolean).join(' ')}
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
        placeholder={runningTurnId === null ? 'Write a message' : 'Write the next message'}
        defaultValue={refused?.text}
        enterKeyHint="enter"
        onInput={text.onInput}
        onKeyDown={(event) => sendOnEnter(event)}
      />
      {runningTurnId !== null && (
        <button
          className="round-button round-button-quiet"
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
      <button className="round-button" aria-label="Send" title="Send (Enter)">
        <SendIcon />
      </button>
      <CostEstimate prices={props.prices} model={props.model} promptTokens={props.promptTokens} />
      {runningTurnId !== null && chatId !== null && (
        <noscript>
          <a className="composer-note" href={`/c/${chatId}?write=1#composer-text`}>
            Write in peace: stop this page from refreshing itself
          </a>
        </noscript>
      )}
    </form>
  )
}

/** Where the request is lost, the answer merely goes on, and its reader presses again. */
async function stop(turnId: string): Promise<void> {
  await stopTurn(turnId).catch(() => undefined)
}
