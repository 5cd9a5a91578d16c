import type { Problem } from '@brainlyx/chat-contract'
import { useState } from 'react'
import { useRevalidator } from 'react-router'
import { problemOfError, showBranch, stopTurn } from '../api/browser-api.ts'
import { textField } from '../request/form-field.ts'
import { announceChatChange } from '../turn-stream/announce-turns.ts'
import { turns } from '../turn-stream/browser-turns.ts'
import { newTurnIdentifier } from '../turn-stream/turn-identifier.ts'
import { focusSwitch } from './branch-switch.tsx'
import { scrollToEnd } from './stick-to-end.ts'
import { readTurnFields } from './turn-fields.ts'
import type { ComposerText } from './use-composer-text.ts'

export interface ComposerPlace {
  /** null: on the page of a new chat. */
  chatId: string | null
  /** Of a new chat, once the server has made it: its page may still be on its way. */
  madeChatId: string | null
  runningTurnId: string | null
  /** Nobody is signed in yet: the first message makes a guest. */
  asGuest: boolean
  /** The texts that wait, by turn. */
  waiting: ReadonlyMap<string, string | null>
}

/** What the buttons of the composer's form do where script runs. */
export function useComposerActions(place: ComposerPlace, composer: ComposerText) {
  const { chatId, madeChatId, runningTurnId, asGuest, waiting } = place
  const { revalidate } = useRevalidator()
  const [refusal, setRefusal] = useState<{ chatId: string | null; problem: Problem } | null>(null)
  const refuse = (problem: Problem): void => setRefusal({ chatId, problem })

  const send = async (form: FormData): Promise<void> => {
    const fields = readTurnFields(form)
    const { answerTo, parentId } = fields
    const text = answerTo === undefined ? (fields.text ?? '') : undefined
    if (text?.trim() === '') return
    // The chat is being made; until it has a name nothing can follow.
    if (chatId === null && runningTurnId !== null) return
    const fromComposer = parentId === undefined && textField(form, 'example') === ''
    const turnId = text === undefined ? newTurnIdentifier() : composer.take(text, fromComposer)
    const turn = {
      turnId,
      model: textField(form, 'model') || 'auto',
      ...(text === undefined ? { answerTo } : { text }),
      ...(parentId === undefined ? {} : { parentId }),
    }
    let problem: Problem | null
    if (chatId !== null && runningTurnId !== null) {
      const joining = turns.joinLine({ ...turn, chatId })
      scrollToEnd()
      problem = await joining
      announceChatChange(chatId)
      if (problem === null) await revalidate()
      turns.settle(chatId, turnId)
    } else {
      // What follows an answer that failed at once belongs to its chat, and begins no other.
      const sending = turns.send({ ...turn, chatId: chatId ?? madeChatId, asGuest })
      scrollToEnd()
      problem = await sending
      if (problem !== null) turns.dismiss(chatId ?? madeChatId)
    }
    const lostAs = problem?.code === 'connection-lost' ? turnId : undefined
    if (lostAs === undefined) composer.arrived(chatId, turnId)
    if (problem === null) return
    if (text !== undefined) composer.giveBack(chatId, text, lostAs)
    refuse(problem)
  }

  const show = async (messageId: string, button: HTMLElement | null): Promise<void> => {
    if (chatId === null) return
    await showBranch(chatId, messageId)
    turns.yieldPlace(chatId)
    announceChatChange(chatId)
    if (button !== null) focusSwitch(button, messageId)
    await revalidate()
  }

  const takeBack = async (turnId: string): Promise<void> => {
    if (chatId === null) return
    const turn = await stopTurn(turnId)
    const text = waiting.get(turnId) ?? ''
    announceChatChange(chatId)
    // Where its turn had come meanwhile it is in the chat, and only its answer is stopped.
    if (turn.userMessageId === null) composer.giveBack(chatId, text)
    await revalidate()
  }

  const submit = (form: FormData, button: HTMLElement | null): void => {
    setRefusal(null)
    const shownId = textField(form, 'show')
    const waitingId = textField(form, 'takeBack')
    const done =
      shownId !== '' ? show(shownId, button) : waitingId !== '' ? takeBack(waitingId) : send(form)
    done.catch((error: unknown) => refuse(problemOfError(error)))
  }

  return { submit, problem: refusal?.chatId === chatId ? refusal.problem : null }
}
