import type { Problem, StartTurnInput } from '@brainlyx/chat-contract'
import { createContext, data, redirect } from 'react-router'
import type { RouterContextProvider } from 'react-router'
import type { ChatApi } from '../api/chat-api.server.ts'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import { newTurnIdentifier } from '../turn-stream/turn-identifier.ts'
import { readTurnFields } from './turn-fields.ts'

/** Text for the composer of the page being made: a message that was not taken, or one that was taken back. */
export const refusedMessage = createContext<{ text: string; problem: Problem | null } | null>(null)

/** What the buttons of the composer's form do where no script runs; the page then shows what came of it. */
export async function sendMessage(
  request: Request,
  context: Readonly<RouterContextProvider>,
  chatId: string | null,
) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const shownId = textField(form, 'show')
  const waitingId = textField(form, 'takeBack')
  if (chatId !== null && shownId !== '') {
    await chatApi.call('showBranch', { params: { chatId }, body: { messageId: shownId } })
    return redirect(`/c/${chatId}`, 303)
  }
  if (chatId !== null && waitingId !== '') {
    const text = await takeBack(chatApi, chatId, waitingId)
    if (text === null) return redirect(`/c/${chatId}?look=1#latest`, 303)
    context.set(refusedMessage, { text, problem: null })
    return data(null)
  }

  const { text, answerTo, parentId } = readTurnFields(form)
  const body: StartTurnInput = {
    // Ours, since a call that is made again must not be another turn.
    turnId: newTurnIdentifier(),
    model: textField(form, 'model') || 'auto',
    ...(answerTo === undefined ? { text: text ?? '' } : { answerTo }),
    ...(parentId === undefined ? {} : { parentId }),
  }
  const refuse = (problem: Problem) => {
    context.set(refusedMessage, { text: text ?? '', problem })
    return data(null, { status: problem.status })
  }

  if (chatId === null) {
    const me = await chatApi.call('getMe')
    if (me.user === null) {
      const guest = await chatApi.attempt('signInAsGuest')
      if (!guest.ok) return refuse(guest.problem)
    }
  }
  const accepted =
    chatId === null
      ? await chatApi.attempt('startFirstTurn', { body })
      : await chatApi.attempt('startTurn', { params: { chatId }, body })
  if (!accepted.ok) return refuse(accepted.problem)
  return redirect(`/c/${accepted.value.chatId}?look=1#latest`, 303)
}

/** @returns what was written; null where it is being answered by now, or has gone */
async function takeBack(chatApi: ChatApi, chatId: string, turnId: string): Promise<string | null> {
  const { waiting } = await chatApi.call('getChat', { params: { chatId } })
  const message = waiting.find((turn) => turn.turnId === turnId)
  if (message === undefined) return null
  const turn = await chatApi.call('stopTurn', { params: { turnId } })
  return turn.userMessageId === null ? (message.text ?? '') : null
}
