import type { Problem } from '@brainlyx/chat-contract'
import { createContext, data, redirect } from 'react-router'
import type { RouterContextProvider } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'

/** A message sent by a plain form that was not taken: shown again, so that nothing typed is lost. */
export const refusedMessage = createContext<{ text: string; problem: Problem } | null>(null)

/** Sends the composer's form where no script does; the page of the chat then shows the answer coming. */
export async function sendMessage(
  request: Request,
  context: Readonly<RouterContextProvider>,
  chatId: string | null,
) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  // Forms send line ends as CR LF.
  const text = (textField(form, 'example') || textField(form, 'text')).replaceAll('\r\n', '\n')
  const body = { text, model: textField(form, 'model') || 'auto' }

  const refuse = (problem: Problem) => {
    context.set(refusedMessage, { text, problem })
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
