import { expect, test } from 'vitest'
import { queryName } from './query-name.ts'

test.each([
  ['select * from "chat_sessions" where "user_id" = $1', 'select chat_sessions'],
  ['insert into "turns" ("id") values ($1)', 'insert turns'],
  ['update "public"."users" set "name" = $1', 'update users'],
  ['delete from attempts where user_id = $1', 'delete attempts'],
  [
    'with recursive path as (select message.* from (select last_message_id from chat_sessions) as start cross join lateral (select * from chat_history) as message union all select 1 from path) select * from path',
    'with chat_sessions',
  ],
  ['with taken as (select 1), gone as (delete from outbox) select * from taken', 'with outbox'],
  ['select name from chat_history_y2026m11', 'select chat_history'],
  ['select public.ensure_month_partitions($1::date, $2) as name', 'select ensure_month_partitions'],
  ['select 1', 'select'],
  ['begin', 'begin'],
  ['commit', 'commit'],
  ['vacuum users', 'other'],
])('%j is named %j', (sql, name) => {
  expect(queryName(sql)).toBe(name)
})
