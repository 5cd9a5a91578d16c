import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { ChatRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import type { SearchTerm } from './search-messages.ts'

export interface TitleHit {
  readonly chat: ChatRow
  /** Which words of the title it was found by, in lower case. */
  readonly words: readonly string[]
}

/** Among so many of a user's chats, those used last, titles are looked for. */
const CHATS_LOOKED_AT = 2_000

/**
 * The user's chats whose titles have all these words, best first. No index holds titles: a chat is written to with
 * every turn, and each time would pay for one; and what one user has is soon read.
 * @param search.since leave out what was last used before
 * @param search.until leave out what was begun at this time or later
 */
export async function searchTitles(
  db: Kysely<Database>,
  search: {
    userId: string
    terms: readonly SearchTerm[]
    since?: Date | undefined
    until: Date
    limit: number
  },
): Promise<TitleHit[]> {
  const { userId, since, until, limit } = search
  const terms = JSON.stringify(search.terms)
  const { rows } = await sql<
    ChatRow & { vector: string; query: string; rank: number; words: string[] }
  >`
    select chat.*, public.matching_words(chat.title, ${terms}::jsonb) as words
    from (
      select recent.*, ts_rank(vector, query) as rank
      from (
        select *, public.search_vector(title) as vector, public.search_query(${terms}::jsonb, false) as query
        from chat_sessions
        where user_id = ${userId}::uuid
        order by updated_at desc, id desc
        limit ${CHATS_LOOKED_AT}
      ) as recent
      where vector @@ query
        and updated_at >= ${since ?? new Date(0)}::timestamptz and created_at < ${until}::timestamptz
      order by rank desc, updated_at desc, id desc
      limit ${limit}
    ) as chat
    order by rank desc, updated_at desc, id desc
  `.execute(asUser(db, userId))
  return rows.map((row) => {
    const { vector: _vector, query: _query, rank: _rank, words, ...chat } = row
    return { chat, words }
  })
}
