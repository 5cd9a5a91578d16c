import { createDatabase, listMessages } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { withClient } from '@brainlyx/testkit/postgres-server'
import type { Kysely } from 'kysely'

/** Where an operation is done. */
export interface Place {
  readonly userId: string
  readonly chatId: string
  readonly turnId: string
  /** The message before which the next page ends; null where the chat has no such page. */
  readonly before: string | null
  /** A word of one of the user's messages. */
  readonly word: string
}

export interface Places {
  /** Chats drawn at random, each with the same probability. */
  readonly chats: readonly Place[]
  /** Chats of more than a page or two, drawn by their turns, as whoever pages back meets them. */
  readonly long: readonly Place[]
  /** The same, of chats that have branches. */
  readonly branched: readonly Place[]
  /** Anywhere in the chats of 20,000 messages, of which a large database alone has some with branches: without those. */
  readonly longest: readonly Place[]
}

/** The contract's default, of messages. */
export const PAGE = 50
const LONGEST_CHATS = 10
/** Of the drawn turns so many belong to short chats, or to one that was drawn already. */
const DRAWS_A_PLACE = 6
/** One chat in so many has branches. */
const CHATS_A_BRANCHED = 12

interface FoundTurn {
  user_id: string
  session_id: string
  id: string
  user_message_id: string
  text: string
}

/** Draws places at random. @param count of each kind at most: a small database has fewer long chats */
export async function drawPlaces(
  database: { url: string; adminUrl: string },
  count: number,
): Promise<Places> {
  const drawn = await withClient(database.adminUrl, async (client) => {
    const find = async (from: string, parameters: readonly unknown[]): Promise<FoundTurn[]> => {
      const { rows } = await client.query<FoundTurn>(`${TURN_OF} ${from}`, [...parameters])
      return rows
    }
    const { rows } = await client.query<{ turns: number }>(
      'select count(*)::integer as turns from turns',
    )
    const findLong = (draws: number, condition: string): Promise<FoundTurn[]> =>
      find(
        `from (select distinct on (session_id) * from turns tablesample bernoulli ($1)) as turn
         join chat_sessions as chat on chat.id = turn.session_id and ${condition} ${QUESTION}
         where (
           select count(*) from (
             select from turns as other
             where other.user_id = turn.user_id and other.session_id = turn.session_id limit $2
           ) as others
         ) = $2
         order by random() limit $3`,
        [Math.min(100, (draws * 100) / (rows[0]?.turns ?? 1)), PAGE, count],
      )
    return {
      chats: await find(
        `from (select * from chat_sessions order by random() limit $1) as chat
         join lateral (${FIRST_TURN_OF('chat.id', 'chat.user_id')}) as turn on true ${QUESTION}`,
        [count],
      ),
      long: await findLong(count * DRAWS_A_PLACE, 'true'),
      branched: await findLong(count * DRAWS_A_PLACE * CHATS_A_BRANCHED, 'chat.branched'),
      longest: await find(
        `from (
           with lengths as (select user_id, session_id, count(*) as turns from turns group by 1, 2)
           select lengths.* from lengths
           join chat_sessions on id = session_id and branched is not true
           where turns > (select max(turns) / 2 from lengths) limit $2
         ) as chat
         join lateral (
           select * from turns where user_id = chat.user_id and session_id = chat.session_id
           order by random() limit $1
         ) as turn on true ${QUESTION} order by random() limit $1`,
        [count, LONGEST_CHATS],
      ),
    }
  })
  const db = createDatabase({ url: database.url, name: 'bench-places', poolSize: 2 })
  try {
    return {
      chats: drawn.chats.map(placeOf),
      long: await withEarlierPage(db, drawn.long),
      branched: await withEarlierPage(db, drawn.branched),
      longest: drawn.longest.map((turn) => ({ ...placeOf(turn), before: turn.user_message_id })),
    }
  } finally {
    await db.destroy()
  }
}

async function withEarlierPage(
  db: Kysely<Database>,
  turns: readonly FoundTurn[],
): Promise<Place[]> {
  const places: Place[] = []
  for (const turn of turns) {
    const at = { userId: turn.user_id, chatId: turn.session_id }
    const { nextCursor } = await listMessages(db, { ...at, limit: PAGE })
    if (nextCursor !== null) places.push({ ...placeOf(turn), before: nextCursor })
  }
  return places
}

function placeOf(turn: FoundTurn): Place {
  const words = turn.text.match(/\b[a-z]{4,}\b/g) ?? ['the']
  return {
    userId: turn.user_id,
    chatId: turn.session_id,
    turnId: turn.id,
    before: null,
    word: words.at(-1) ?? 'the',
  }
}

const TURN_OF = `select turn.user_id, turn.session_id, turn.id, turn.user_message_id, question.parts -> 0 ->> 'text' as text`
const QUESTION = `join chat_history as question
  on question.id = turn.user_message_id and question.created_at = uuid_v7_time(turn.user_message_id)`
const FIRST_TURN_OF = (chatId: string, userId: string): string =>
  `select * from turns where user_id = ${userId} and session_id = ${chatId} limit 1`
