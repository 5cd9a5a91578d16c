import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

/** A word, or several that must follow one another. All that a search names must be in one message. */
export interface SearchTerm {
  readonly text: string
  /** As written; otherwise a single word stands for its other forms, too. */
  readonly exact: boolean
  /** What its last word begins with. */
  readonly prefix: boolean
  /** Must not be in it. */
  readonly excluded: boolean
}

export interface MessageSearch {
  readonly userId: string
  readonly terms: readonly SearchTerm[]
  /** Part of the name of the model that answered; upper and lower case are the same. */
  readonly model?: string | undefined
  /** 200 at most. */
  readonly chatIds?: readonly string[] | undefined
  readonly withFile: boolean
  /** Made at this time or later. */
  readonly since?: Date | undefined
  readonly place: SearchPlace
  readonly limit: number
}

/** Where to go on: a search looks at the newest messages first, and ranks some two hundred that fit among themselves. */
export interface SearchPlace {
  /** Made before this. */
  readonly until: Date
  /** The last hit shown of those that are ranked together. */
  readonly after?: { readonly rank: number; readonly messageId: string } | undefined
}

export interface MessageHit {
  readonly messageId: string
  readonly chatId: string
  readonly role: 'user' | 'assistant'
  readonly model: string | null
  readonly rank: number
  /** No more of it than is searched. */
  readonly text: string | null
  /** Which words of the text it was found by, in lower case. */
  readonly words: readonly string[]
}

export interface MessageHits {
  readonly hits: readonly MessageHit[]
  /** How far back was looked, whether or not anything was found. */
  readonly searchedFrom: Date
  /** Null where everything has been looked at. */
  readonly nextPlace: SearchPlace | null
}

/** Nothing is older; the partitions begin here. */
const BEGINNING = new Date('2020-01-01T00:00:00Z')

/**
 * A user's messages, the best of the newest first. One page looks at twelve months at most, or at 2,000 messages where
 * no whole word narrows them, so that it costs the same however much everybody has written; `nextPlace` goes on, also
 * where a page has found nothing.
 */
export async function searchMessages(
  db: Kysely<Database>,
  search: MessageSearch,
): Promise<MessageHits> {
  const { userId, terms, model, chatIds, withFile, since = BEGINNING, place, limit } = search
  const { rows } = await sql<{ hits: MessageHit[]; searchedFrom: Date; isComplete: boolean }>`
    select * from public.search_messages(
      searcher => ${userId}::uuid,
      terms => ${JSON.stringify(terms)}::jsonb,
      model_part => ${model ?? null}::text,
      chat_ids => ${chatIds ?? null}::uuid[],
      with_file => ${withFile}::boolean,
      since => ${since}::timestamptz,
      until => ${place.until}::timestamptz,
      after_rank => ${place.after?.rank ?? null}::real,
      after_id => ${place.after?.messageId ?? null}::uuid,
      hit_count => ${limit + 1}::integer
    )
  `.execute(asUser(db, userId))
  const { hits: found, searchedFrom, isComplete } = rows[0]!
  const hits = found.slice(0, limit)
  const last = hits.at(-1)
  if (found.length > limit && last !== undefined) {
    const after = { rank: last.rank, messageId: last.messageId }
    return { hits, searchedFrom, nextPlace: { until: place.until, after } }
  }
  return { hits, searchedFrom, nextPlace: isComplete ? null : { until: searchedFrom } }
}
