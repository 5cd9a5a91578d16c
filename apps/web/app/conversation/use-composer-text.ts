import { useEffect, useRef } from 'react'
import type { RefObject } from 'react'
import { turns } from '../turn-stream/browser-turns.ts'
import { newTurnIdentifier } from '../turn-stream/turn-identifier.ts'
import { forgetUnsent, keepDraft, keepUnsent, readDraft, readUnsent } from './draft.ts'
import { isTouch } from './send-on-enter.ts'

export interface ComposerText {
  readonly onInput: () => void
  /**
   * Takes what is written away to be sent, and keeps it until {@link arrived}.
   * @returns the id to send it as: the one of an attempt of which nobody knows whether it arrived, where there was one
   */
  readonly take: (text: string, fromComposer: boolean) => string
  /** The server has it, or has said that it will not. */
  readonly arrived: (chatId: string | null, turnId: string) => void
  /**
   * Puts text back to where it was written, in front of what has been written since.
   * @param lostAs the turn it was sent as, where nobody knows whether it arrived
   */
  readonly giveBack: (chatId: string | null, text: string, lostAs?: string) => void
}

/**
 * The text being written in a chat: kept over reloads and while the chat changes, and not lost before it has arrived.
 * @param knownTurnIds what the page shows or waits for, which therefore has arrived.
 */
export function useComposerText(
  ref: RefObject<HTMLTextAreaElement | null>,
  chatId: string | null,
  knownTurnIds: ReadonlySet<string>,
): ComposerText {
  const shownChat = useRef(chatId)
  const known = useRef(knownTurnIds)
  const unsure = useRef<{ turnId: string; text: string } | null>(null)

  useEffect(() => {
    known.current = knownTurnIds
  }, [knownTurnIds])

  useEffect(() => {
    shownChat.current = chatId
    unsure.current = null
    const field = ref.current
    if (field === null) return
    const lost = readUnsent(chatId).filter(({ turnId }) => !turns.isSending(turnId))
    for (const { turnId } of lost) {
      if (known.current.has(turnId)) forgetUnsent(chatId, turnId)
    }
    // What was typed before the script came, or while a new chat got its page, goes before an older draft.
    if (field.value !== '') keepDraft(chatId, field.value)
    else {
      const missing = lost.filter(({ turnId }) => !known.current.has(turnId))
      field.value = joined([...missing.map(({ text }) => text), readDraft(chatId)])
      if (missing.length === 1 && field.value === missing[0]!.text) unsure.current = missing[0]!
      else if (missing.length > 0) keepAsDraft(chatId, field.value)
    }
    if (!isTouch()) field.focus({ preventScroll: true })
  }, [chatId, ref])

  return {
    onInput: () => {
      if (unsure.current !== null) forgetUnsent(chatId, unsure.current.turnId)
      unsure.current = null
      keepDraft(chatId, ref.current?.value ?? '')
    },
    take: (text, fromComposer) => {
      const turnId = unsure.current?.text === text ? unsure.current.turnId : newTurnIdentifier()
      unsure.current = null
      keepUnsent(chatId, { turnId, text })
      if (fromComposer && ref.current !== null) {
        ref.current.value = ''
        ref.current.focus({ preventScroll: true })
        keepDraft(chatId, '')
      }
      return turnId
    },
    arrived: forgetUnsent,
    giveBack: (from, text, lostAs) => {
      const field = ref.current
      // Elsewhere it is found on return.
      if (lostAs !== undefined && shownChat.current !== from) return undefined
      if (lostAs !== undefined && field?.value === '') {
        field.value = text
        unsure.current = { turnId: lostAs, text }
        return undefined
      }
      if (lostAs !== undefined) forgetUnsent(from, lostAs)
      if (shownChat.current !== from || field === null) {
        return keepDraft(from, joined([text, readDraft(from)]))
      }
      field.value = joined([text, field.value])
      keepDraft(from, field.value)
      return field.focus({ preventScroll: true })
    },
  }
}

/** Several lost messages become one draft. */
function keepAsDraft(chatId: string | null, text: string): void {
  for (const { turnId } of readUnsent(chatId)) {
    if (!turns.isSending(turnId)) forgetUnsent(chatId, turnId)
  }
  keepDraft(chatId, text)
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== '').join('\n\n')
}
