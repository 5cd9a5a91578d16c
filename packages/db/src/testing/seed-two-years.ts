import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { ensurePartitionFor } from '../partitions/ensure-partitions.ts'
import type { Database } from '../tables/database.ts'

export const MONTHS = 24
const CHATS = 2_400
const USERS = 200
/** With those who have no chat. */
const PEOPLE = 5_000
const TURNS_A_CHAT = 8

/**
 * Two years of chats: `CHATS` of them, spread over the months and users, each with eight questions and answers in a
 * row, and what the other tables keep of that; with the statistics that plans are made from.
 * @param admin of the superuser, since the rows are those of many users
 */
export async function seedTwoYears(admin: Kysely<Database>, now: Date): Promise<void> {
  for (let ago = 0; ago < MONTHS; ago++) {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1))
    await ensurePartitionFor(admin, month)
  }
  await admin.transaction().execute(async (transaction) => {
    const run = (statement: string) => sql.raw(statement).execute(transaction)
    await run(`
      create function pg_temp.id_of(at timestamptz) returns uuid language sql volatile as $$
        select (
          substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-7' || substr(tail, 1, 3) || '-8' || substr(tail, 4, 3)
          || '-' || substr(tail, 7, 12)
        )::uuid
        from (
          select lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as hex, md5(random()::text) as tail
        ) as parts
      $$
    `)
    await run(`
      create temp table person on commit drop as
      select n, pg_temp.id_of('${now.toISOString()}'::timestamptz - interval '2 years') as id
      from generate_series(0, ${PEOPLE - 1}) as n
    `)
    // The newest month first; in each month from its second day on.
    await run(`
      create temp table chat on commit drop as
      select person.id as user_id, at, pg_temp.id_of(at) as id
      from generate_series(0, ${CHATS - 1}) as ordinal
      join person on person.n = (ordinal / ${MONTHS}) % ${USERS}
      cross join lateral (
        select date_trunc('month', '${now.toISOString()}'::timestamptz at time zone 'UTC') at time zone 'UTC'
          - make_interval(months => ordinal % ${MONTHS}) + interval '1 day' + interval '1 minute' * (ordinal % 10000) as at
      ) as time
    `)
    await run(`
      create temp table turn on commit drop as
      select chat.id as session_id, user_id, ordinal, turn_at,
        pg_temp.id_of(turn_at) as id,
        pg_temp.id_of(turn_at + interval '1 millisecond') as question,
        pg_temp.id_of(turn_at + interval '1 second') as attempt,
        pg_temp.id_of(turn_at + interval '5 seconds') as answer
      from chat
      cross join generate_series(1, ${TURNS_A_CHAT}) as ordinal
      cross join lateral (select at + interval '20 seconds' * ordinal as turn_at) as time
    `)
    await run(`
      insert into users (id, kind, created_at) select id, 'guest', uuid_v7_time(id) from person
    `)
    await run(`
      insert into auth_identities (auth_user_id, user_id) select 'auth-' || n, id from person
    `)
    await run(`
      insert into data_requests (id, user_id, kind, state, created_at, ended_at, expires_at)
      select id, id, 'export', 'completed', uuid_v7_time(id), uuid_v7_time(id), uuid_v7_time(id)
      from person
    `)
    await run(`
      insert into chat_sessions (id, user_id, last_message_id, created_at, updated_at)
      select chat.id, chat.user_id, last.answer, chat.at, last.turn_at + interval '5 seconds'
      from chat join turn as last on last.session_id = chat.id and last.ordinal = ${TURNS_A_CHAT}
    `)
    await run(`
      insert into chat_history (id, created_at, user_id, session_id, turn_id, parent_id, role, parts)
      select question, uuid_v7_time(question), user_id, session_id, id,
        lag(answer) over (partition by session_id order by ordinal), 'user',
        '[{"type":"text","text":"a question"}]'::jsonb
      from turn
      union all
      select answer, uuid_v7_time(answer), user_id, session_id, id, question, 'assistant',
        '[{"type":"text","text":"an answer"}]'::jsonb
      from turn
    `)
    await run(`
      insert into turns (id, created_at, user_id, session_id, state, epoch, request_hash, user_message_id,
        answer_message_id, model, ended_at)
      select id, uuid_v7_time(id), user_id, session_id, 'completed', 1, '', question, answer, 'auto',
        turn_at + interval '5 seconds'
      from turn
    `)
    await run(`
      insert into attempts (id, created_at, user_id, turn_id, epoch, deployment, provider, model, state, settled_at)
      select attempt, uuid_v7_time(attempt), user_id, id, 1, 'd', 'p', 'm', 'completed', turn_at from turn
    `)
    await run(`
      insert into outbox (id, topic, payload, created_at, delivered_at)
      select pg_temp.id_of(turn_at), 'chat-title', '{}', turn_at, turn_at from turn
    `)
    await run(`
      insert into failures (id, created_at, trace_id, service, code, status, route)
      select id, uuid_v7_time(id), md5(id::text), 'chat-api', 'provider-busy', 503, 'turn'
      from (select pg_temp.id_of(turn_at) as id from turn) as made
    `)
    await run(`
      insert into audit_log (id, created_at, actor_kind, actor, action, outcome, subject)
      select id, uuid_v7_time(id), 'user', rpad(md5(id::text), 43, 'x'), 'sign-in', 'completed',
        rpad(md5(id::text), 43, 'y')
      from (select pg_temp.id_of(turn_at) as id from turn) as made
    `)
  })
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
  `.execute(admin)
  for (const { name } of rows) await sql`analyze ${sql.id(name)}`.execute(admin)
}
