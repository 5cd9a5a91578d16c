import type { ChatPlan, Period } from '../shape/plan-chats.ts'
import { planChats } from '../shape/plan-chats.ts'
import { createRandom } from '../shape/random.ts'
import { turnsByDay } from '../shape/turns-by-day.ts'
import { createVocabulary } from '../shape/vocabulary.ts'
import { withClient } from '@brainlyx/testkit/postgres-server'
import type pg from 'pg'
import { copyInto } from './copy-into.ts'
import { createTurnWriter } from './turn-writer.ts'
import type { TurnWriter } from './turn-writer.ts'
import { withGivenWords } from './with-given-words.ts'
import { withSumsAfterwards } from './with-sums-afterwards.ts'
import { withoutForcedPolicies } from './without-forced-policies.ts'
import { writeChats } from './write-chats.ts'
import { writeUsers } from './write-users.ts'
import { prepareTexts } from './written-texts.ts'

export const MONTHS = 24
const SEED = 20_261_126
/** So many turns between two looks at whether the server keeps up. */
const TURNS_AT_ONCE = 64
/** Making a message's row and index entries takes the most. */
const MESSAGE_WRITERS = 2

export interface Filled {
  readonly messages: number
  readonly chats: number
  readonly users: number
}

/**
 * Fills a migrated database in the order in which years of use would have: all users' turns by time, so that a chat's
 * messages lie among everybody else's, and with the indexes there from the start.
 * @param urls.ownerUrl of the role that owns the tables; @param urls.adminUrl of the superuser
 * @param options.onProgress with the number of messages so far
 */
export async function fillDatabase(
  { ownerUrl, adminUrl }: { ownerUrl: string; adminUrl: string },
  options: { messages: number; now: Date; onProgress?: (messages: number) => void },
): Promise<Filled> {
  const period = periodUntil(options.now)
  const random = createRandom(SEED)
  const plan = planChats(random, options.messages, period)
  const vocabulary = createVocabulary()
  const texts = await withClient(ownerUrl, async (client) => {
    await client.query('select public.ensure_month_partitions($1::date, $2)', [
      period.from.toISOString().slice(0, 10),
      MONTHS,
    ])
    return prepareTexts(client, { messages: options.messages, vocabulary, random })
  })
  return withoutForcedPolicies(ownerUrl, async () => {
    const userIds = await withClient(ownerUrl, (client) => writeUsers(client, plan))
    const chats = await withGivenWords(adminUrl, () =>
      withSumsAfterwards(ownerUrl, () =>
        writeTurns(ownerUrl, { plan, userIds, texts, random, ...options }),
      ),
    )
    await withClient(ownerUrl, (client) =>
      writeChats(client, { plan, userIds, chats, texts: { vocabulary, random } }),
    )
    return { messages: plan.messages, chats: plan.owner.length, users: userIds.length }
  })
}

/** From the first of a month on. Until an hour ago, for no message may be of the future. */
function periodUntil(now: Date): Period {
  return {
    from: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS + 1, 1)),
    until: new Date(now.getTime() - 3_600_000),
  }
}

type TurnWriterOptions = Parameters<typeof createTurnWriter>[0]

/** Three tables at once, by connections of their own: the server makes one row a core at a time. */
async function writeTurns(
  ownerUrl: string,
  options: Pick<TurnWriterOptions, 'userIds' | 'texts' | 'random'> & {
    plan: ChatPlan
    onProgress?: (messages: number) => void
  },
): Promise<TurnWriter['chats']> {
  const { plan, onProgress } = options
  return withClients(ownerUrl, 2 + MESSAGE_WRITERS, async ([first, second, ...others]) => {
    const messages = others.map((client) => copyInto(client, 'chat_history', MESSAGE_COLUMNS))
    const turns = copyInto(first, 'turns', TURN_COLUMNS)
    const attempts = copyInto(second, 'attempts', ATTEMPT_COLUMNS)
    const copies = [turns, attempts, ...messages]
    const writer = createTurnWriter({ ...options, tables: { messages, turns, attempts } })
    let written = 0
    for (const day of turnsByDay(plan)) {
      for (const turn of day) {
        writer.write(turn)
        if (++written % TURNS_AT_ONCE !== 0) continue
        await Promise.all(copies.map((copy) => copy.hasRoom()))
        onProgress?.(messages.reduce((sum, { rows }) => sum + rows, 0))
      }
    }
    await Promise.all(copies.map((copy) => copy.end()))
    await markForks(first, writer.forks)
    return writer.chats
  })
}

async function markForks(client: pg.Client, forks: ReadonlySet<string>): Promise<void> {
  await client.query(
    `update chat_history set forked = true
     from unnest($1::uuid[]) as fork (id)
     where chat_history.id = fork.id and created_at = public.uuid_v7_time(fork.id)`,
    [[...forks]],
  )
}

type Clients = [pg.Client, pg.Client, ...pg.Client[]]

async function withClients<T>(
  url: string,
  count: number,
  work: (clients: Clients) => Promise<T>,
  clients: pg.Client[] = [],
): Promise<T> {
  return clients.length === count
    ? work(clients as Clients)
    : withClient(url, (client) => withClients(url, count, work, [...clients, client]))
}

const MESSAGE_COLUMNS =
  'id created_at user_id session_id turn_id parent_id role parts search model finish'.split(' ')
const TURN_COLUMNS =
  `id created_at user_id session_id state owner epoch request_hash user_message_id answer_message_id
model finish ended_at updated_at accepted_at`.split(/\s/)
const ATTEMPT_COLUMNS =
  `id created_at user_id turn_id epoch deployment provider model state raw_finish input_tokens
output_tokens cached_input_tokens cache_write_tokens reasoning_tokens estimated cost_pico_usd time_to_first_token_ms
duration_ms settled_at error`.split(/\s/)
