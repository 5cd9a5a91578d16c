import { countActiveUsers, countTurns } from '../../admin/observe-installation.ts'
import { findTurnOfAnyone } from '../../failures/failure.repository.ts'
import { runInThisContext } from 'node:vm'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { listAlertedBudgets, listUserBudgets } from '../../budgets/budget-settings.repository.ts'
import { createDatabase } from '../../connection/create-database.ts'
import { findLostApiCalls } from '../../api-keys/api-call.repository.ts'
import { findApiKey, listChangedApiKeys } from '../../api-keys/api-key.repository.ts'
import { newId } from '../../identifiers/new-id.ts'
import {
  beginDataRequest,
  failDataRequest,
  findDataRequestIds,
  peekDataRequest,
  purgeDataRequests,
  restartIdleDataRequests,
} from '../../rights/data-request.repository.ts'
import { asUser } from '../../row-level-security/as-user.ts'
import { claimOrphanedTurns } from '../../turns/claim-orphaned-turns.ts'
import { findStopRequests } from '../../turns/find-stop-requests.ts'
import { findUnfinishedTurns } from '../../turns/find-unfinished-turns.ts'
import { releaseIdleTurns, releaseTurn } from '../../turns/release-turns.ts'
import { findTurn } from '../../turns/turn.repository.ts'
import { findUserByAuthUser } from '../../users/user.repository.ts'
import { testDatabase } from '../test-database.ts'
import { recordStatements } from './statement-recorder.ts'
import { SYSTEM_QUERIES } from './system-queries.ts'
import { USER_TABLES, unscopedTables } from './unscoped-tables.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})

test.each([
  ['select * from turns where user_id = $1 and id = $2', []],
  ['select * from "turns" where "id" = $1', ['turns']],
  ['select user_id from turns where id = $1', ['turns']],
  ['update "turns" set "user_id" = $1 where "id" = $2', ['turns']],
  ['update "turns" set "user_id" = $1 where "user_id" = $2', []],
  ['insert into chat_history (id, user_id) values ($1, $2)', []],
  ['insert into "turns" ("id") values ($1)', ['turns']],
  [
    'select 1 from attempts join turns on turns.id = turn_id where attempts.user_id = $1',
    ['attempts', 'turns'],
  ],
  ['delete from chat_sessions using users where users.id = $1', ['chat_sessions']],
  ['select * from users where id = $1', []],
])('%s', (statement, tables) => {
  expect(unscopedTables(statement)).toEqual(tables)
})

test('the tables of users’ data are those with a user_id', async () => {
  const { rows } = await sql<{ name: string }>`
    select c.relname::text as name
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attname = 'user_id'
    order by 1
  `.execute(db)
  expect(rows.map((row) => row.name)).toEqual([...USER_TABLES])
})

test('the named system queries are seen as such, none more and none less', async () => {
  const recording = recordStatements()
  const before = recording.system.length
  await claimOrphanedTurns(db, { owner: 'process-a', limit: 1 })
  await findStopRequests(db, 'process-a')
  await findUnfinishedTurns(db, [newId()])
  await releaseTurn(db, { turnId: newId(), owner: 'process-a', epoch: 1, crashed: false })
  await releaseIdleTurns(db, { owner: 'process-a', running: [], idleMs: 1 })
  await findUserByAuthUser(db, 'nobody')
  await beginDataRequest(db, newId())
  await peekDataRequest(db, newId())
  await failDataRequest(db, { requestId: newId(), problem: 'none', keepMs: 1 })
  await purgeDataRequests(db, 1)
  await findDataRequestIds(db, [newId()])
  await restartIdleDataRequests(db, 1)
  await findApiKey(db, Buffer.alloc(32))
  await listChangedApiKeys(db, 1)
  await findLostApiCalls(db, { limit: 1, oldMs: 1 })
  await listUserBudgets(db, { limit: 1 })
  await listAlertedBudgets(db, { month: '2026-11-01', limit: 1 })
  await findTurnOfAnyone(db, newId())
  await countActiveUsers(db, new Date())
  await countTurns(db, new Date())
  const seen = new Set(recording.system.slice(before).map(({ by }) => by))
  expect([...seen].toSorted()).toEqual(Object.keys(SYSTEM_QUERIES).toSorted())
})

test('a function that forgets whose data it reads is caught, whoever calls it', async () => {
  const recording = recordStatements()
  const { checked } = recording
  await findTurn(db, { userId: newId(), turnId: newId() })
  expect(recording.checked).toBeGreaterThan(checked)
  expect(recording.unscoped).toEqual([])
  // As if it stood in a source file: under a name that no test file has.
  const forget = runInThisContext(
    'function readForgetfully(db) { return db.selectFrom("turns").select("id").execute() }; readForgetfully',
    { filename: '/service/forgetful.repository.ts' },
  ) as (on: typeof db) => Promise<unknown>
  await forget(asUser(db, newId()))
  expect(recording.unscoped.splice(0)).toMatchObject([{ by: 'readForgetfully', tables: ['turns'] }])
})
