import type { FoundMessage } from '@brainlyx/chat-contract'
import { findChatTitles, searchMessages, searchTitles, timestampOf } from '@brainlyx/db'
import type { MessageHit, MessageHits, Reads, TitleHit } from '@brainlyx/db'
import { toChat } from '../chat/to-chat.ts'
import type { Handlers } from '../http/register-routes.ts'
import { excerpt, highlight } from './highlight.ts'
import { readSearch } from './read-search.ts'
import type { Search } from './read-search.ts'
import { decodeSearchPlace, encodeSearchPlace } from './search-cursor.ts'

/** Titles beside the messages of a first page. */
const CHATS_SHOWN = 5
/** Chats by whose titles messages can be narrowed, or that are listed where only titles are asked for. */
const CHATS_BY_TITLE = 200

/** Another replica's clock may be ahead, and what was written there a moment ago is to be found. */
const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

export function searchRoutes({
  reads,
  nowMs = Date.now,
}: {
  reads: Reads
  nowMs?: (() => number) | undefined
}): Pick<Handlers, 'search'> {
  return {
    async search({ principal: { userId }, query: { q, cursor, limit } }) {
      const search = readSearch(q)
      const place =
        cursor === undefined
          ? { until: search.until ?? new Date(nowMs() + CLOCK_TOLERANCE_MS) }
          : decodeSearchPlace(cursor)
      const { since } = search
      const ofChats = (terms: Search['terms'], count: number): Promise<TitleHit[]> =>
        reads.forUser(userId, (db) =>
          searchTitles(db, { userId, terms, since, until: place.until, limit: count }),
        )

      const inTitle =
        search.titleTerms.length === 0 ? null : await ofChats(search.titleTerms, CHATS_BY_TITLE)
      const isTitlesOnly = inTitle !== null && !asksForMessages(search)
      const isByWords = inTitle === null && search.terms.length > 0 && !hasMessageFilter(search)
      const [named, found] = await Promise.all([
        isByWords && cursor === undefined ? ofChats(search.terms, CHATS_SHOWN) : [],
        isTitlesOnly || inTitle?.length === 0
          ? nothing
          : reads.forUser(userId, (db) =>
              searchMessages(db, {
                userId,
                ...search,
                chatIds: inTitle?.map(({ chat }) => chat.id),
                place,
                limit,
              }),
            ),
      ])
      const chats = isTitlesOnly ? inTitle : named
      const chatIds = [...new Set(found.hits.map(({ chatId }) => chatId))]
      const titles = await reads.forUser(userId, (db) => findChatTitles(db, { userId, chatIds }))
      return {
        chats: chats.map(({ chat, words }) => ({
          chat: toChat(chat),
          title: highlight(chat.title ?? '', words),
        })),
        messages: found.hits.map((hit) => toFoundMessage(hit, titles.get(hit.chatId) ?? null)),
        searchedFrom: found.searchedFrom?.toISOString() ?? null,
        nextCursor: found.nextPlace && encodeSearchPlace(found.nextPlace),
      }
    },
  }
}

const nothing: Omit<MessageHits, 'searchedFrom'> & { searchedFrom: null } = {
  hits: [],
  searchedFrom: null,
  nextPlace: null,
}

/** Something that a title alone cannot answer. */
function asksForMessages(search: Search): boolean {
  return search.terms.length > 0 || hasMessageFilter(search)
}

function hasMessageFilter({ model, withFile }: Search): boolean {
  return model !== undefined || withFile
}

function toFoundMessage(hit: MessageHit, chatTitle: string | null): FoundMessage {
  const { messageId, chatId, role, model, text, words } = hit
  return {
    messageId,
    chatId,
    chatTitle,
    role,
    model,
    createdAt: timestampOf(messageId).toISOString(),
    excerpt: excerpt(text ?? '', words),
  }
}
