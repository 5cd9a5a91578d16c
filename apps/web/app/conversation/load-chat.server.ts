import { Identifier } from '@brainlyx/chat-contract'
import type { Message } from '@brainlyx/chat-contract'
import type { RouterContextProvider } from 'react-router'
import type { ChatApi } from '../api/chat-api.server.ts'
import { failPage } from '../errors/fail-page.ts'
import { pageRequest } from '../request/page-request.server.ts'
import { readPartialAnswer } from './read-partial-answer.server.ts'

/** Everything that a chat's page shows, in one go: nothing arrives later that a page without script would miss. */
export async function loadChat(
  request: Request,
  context: Readonly<RouterContextProvider>,
  chatId: string,
) {
  if (!Identifier.safeParse(chatId).success) failPage(404, null)
  const { chatApi } = context.get(pageRequest)
  const { searchParams } = new URL(request.url)
  const place = {
    before: searchParams.get('before') ?? undefined,
    from: searchParams.get('from') ?? undefined,
    around: searchParams.get('around') ?? undefined,
  }
  const isLatest = Object.values(place).every((value) => value === undefined)
  const editedId = searchParams.get('edit')
  const params = { chatId }
  const [chat, page] = await Promise.all([
    chatApi.call('getChat', { params }),
    chatApi.call('listMessages', { params, query: place }),
  ])
  const { activeTurnId } = chat
  const running =
    activeTurnId === null
      ? undefined
      : await chatApi.attempt('getTurn', { params: { turnId: activeTurnId } })
  const isDocument = request.headers.get('accept')?.includes('text/html') === true
  return {
    chat,
    messages: page.messages,
    earlierCursor: page.nextCursor,
    newerCursor: page.newerCursor,
    isEarlierPage: !isLatest,
    beginsAt: place.around ?? (place.from === undefined ? null : ('top' as const)),
    partial:
      activeTurnId !== null && isDocument
        ? await readPartialAnswer(chatApi, activeTurnId, request.signal)
        : null,
    /** The question that is being answered; it may be on another branch. */
    runningQuestionId: running?.ok === true ? running.value.userMessageId : null,
    /** Which message's text is shown to be changed, where no script does that. */
    editedId,
    unanswered:
      activeTurnId === null && page.newerCursor === null
        ? await explainMissingAnswer(chatApi, page.messages)
        : null,
    // Whoever is writing must not lose what they have written so far.
    lookAgainAt:
      activeTurnId === null || !isLatest || editedId !== null || searchParams.has('write')
        ? null
        : nextLook(request.url),
  }
}

/**
 * Where a page without script looks for the rest of an answer. Each time another address: one that differs only in
 * its fragment would not be loaded again, and the fragment is what keeps the end in view.
 */
function nextLook(requestUrl: string): string {
  const { pathname, searchParams } = new URL(requestUrl)
  const looks = Number(searchParams.get('look') ?? 0)
  return `${pathname}?look=${Number.isSafeInteger(looks) ? looks + 1 : 1}#latest`
}

/** Why the last question has no answer, for a page made after the turn has failed. */
async function explainMissingAnswer(chatApi: ChatApi, messages: readonly Message[]) {
  const last = messages.at(-1)
  if (last === undefined) return null
  if (last.role === 'assistant' && last.finish !== 'failed') return null
  const turn = await chatApi.attempt('getTurn', { params: { turnId: last.turnId } })
  if (!turn.ok || turn.value.endedAt === null) return null
  return { turnId: last.turnId, finish: turn.value.finish, problem: turn.value.problem }
}
