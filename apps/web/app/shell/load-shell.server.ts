import type { RouterContextProvider } from 'react-router'
import { readDismissed } from '../announcements/dismissed-cookie.ts'
import { pageRequest } from '../request/page-request.server.ts'
import { readModelChoice } from './model-choice.ts'

/** Who is here, what they can choose from, and their chats: asked for at once, one round trip. */
export async function loadShell(request: Request, context: Readonly<RouterContextProvider>) {
  const { chatApi } = context.get(pageRequest)
  const cursor = new URL(request.url).searchParams.get('chats') ?? undefined
  const [me, models, chats, usage, told] = await Promise.all([
    chatApi.call('getMe'),
    chatApi.attempt('listModels'),
    chatApi.attempt('listChats', { query: { cursor } }),
    chatApi.attempt('getUsage'),
    chatApi.attempt('listAnnouncements'),
  ])
  const choices = models.ok ? models.value.models : []
  const chosen = readModelChoice(request.headers.get('cookie'))
  return {
    me,
    models: choices.map(({ id, name, kind }) => ({ id, name, kind })),
    prices: Object.fromEntries(
      choices.flatMap(({ id, price }) => (price === undefined ? [] : [[id, price]])),
    ),
    model: choices.some(({ id }) => id === chosen) ? chosen : (choices[0]?.id ?? 'auto'),
    // Whoever is not signed in has none.
    chats: chats.ok ? chats.value : { chats: [], nextCursor: null, previousCursor: null },
    budgetAlert: usage.ok ? usage.value.alert : null,
    // Without them a page is still a page.
    announcements: told.ok ? told.value.announcements : [],
    dismissed: readDismissed(request.headers.get('cookie')),
    now: Date.now(),
  }
}
