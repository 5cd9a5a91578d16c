import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { ActingConnection } from './acting-connection.ts'
import { asSystem, asUser } from './as-user.ts'

// What is sent and when. A connection that answers only when told shows what does not wait for an answer.
const USER = '01a00000-0000-7000-8000-000000000001'
const OTHER = '01a00000-0000-7000-8000-000000000002'
const db = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing', name: 'test' })
let wire: ReturnType<typeof silentWire>
let connection: ActingConnection
beforeEach(() => {
  wire = silentWire()
  connection = new ActingConnection(wire)
})

const read = (userId?: string): CompiledQuery =>
  (userId === undefined ? db : asUser(db, userId)).selectFrom('turns').select('id').compile()
const systemRead = (): CompiledQuery =>
  asSystem(db, 'watch-turns').selectFrom('turns').select('id').compile()
const SELECT = 'select "id" from "turns"'
const AS_USER = `set local brainlyx.user_id = '${USER}'`

test('a statement for a user is one round trip: nothing of it waits for an answer', async () => {
  const answer = connection.executeQuery(read(USER))
  expect(wire.sent).toEqual([`begin; ${AS_USER}`, SELECT, 'commit'])
  wire.answer({ rows: [] }, { rows: [{ id: 'x' }] }, { rows: [] })
  expect(await answer).toEqual({ rows: [{ id: 'x' }] })
})

test('a statement for nobody goes as it is', () => {
  void connection.executeQuery(read())
  expect(wire.sent).toEqual([SELECT])
})

test('a transaction begins with its first statement, and says for whom only when that changes', async () => {
  connection.openTransaction('begin')
  expect(wire.sent).toEqual([])
  void connection.executeQuery(read(USER))
  void connection.executeQuery(read(USER))
  void connection.executeQuery(read(OTHER))
  void connection.executeQuery(systemRead())
  void connection.executeQuery(read(USER))
  expect(wire.sent).toEqual([
    `begin; ${AS_USER}`,
    SELECT,
    SELECT,
    `set local brainlyx.user_id = '${OTHER}'`,
    SELECT,
    "set local role brainlyx_system; set local brainlyx.user_id = ''; set local brainlyx.system = 'watch-turns'",
    SELECT,
    `set local role none; ${AS_USER}`,
    SELECT,
  ])
  expect(connection.closeTransaction()).toBe(true)
})

test('a transaction without a statement sends nothing', () => {
  connection.openTransaction('begin')
  expect(connection.closeTransaction()).toBe(false)
  expect(wire.sent).toEqual([])
})

test('a statement for nobody waits until its transaction has begun', async () => {
  connection.openTransaction('begin isolation level serializable')
  void connection.executeQuery(read())
  expect(wire.sent).toEqual(['begin isolation level serializable'])
  wire.answer({ rows: [] })
  await expect.poll(() => wire.sent).toEqual(['begin isolation level serializable', SELECT])
})

test('after a part was taken back the next statement says for whom it is', () => {
  connection.openTransaction('begin')
  void connection.executeQuery(read(USER))
  connection.forgetActor()
  void connection.executeQuery(read(USER))
  expect(wire.sent.slice(2)).toEqual([`set local role none; ${AS_USER}`, SELECT])
})

test.each([
  ['beginning', [new Error('first'), new Error('second'), new Error('third')], 'first'],
  ['statement', [{ rows: [] }, new Error('second'), { rows: [] }], 'second'],
  ['commit', [{ rows: [] }, { rows: [] }, new Error('third')], 'third'],
] as const)('a failure of the %s is what is told', async (_what, answers, message) => {
  const answer = connection.executeQuery(read(USER))
  wire.answer(...answers)
  await expect(answer).rejects.toThrow(message)
})

/** Remembers what it was sent and answers when told, in order. */
function silentWire() {
  const sent: string[] = []
  const waiting: {
    resolve: (result: QueryResult<never>) => void
    reject: (error: Error) => void
  }[] = []
  return {
    sent,
    answer(...answers: readonly (Error | { rows: readonly object[] })[]) {
      for (const answer of answers) {
        const next = waiting.shift()!
        if (answer instanceof Error) next.reject(answer)
        else next.resolve(answer as QueryResult<never>)
      }
    },
    executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      sent.push(query.sql)
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
      })
    },
    // oxlint-disable-next-line require-yield -- nothing is streamed here
    async *streamQuery(): AsyncIterableIterator<never> {},
  } satisfies DatabaseConnection & Record<string, unknown>
}
