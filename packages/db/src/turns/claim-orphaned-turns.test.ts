import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import {
  beat,
  deregisterProcess,
  isAlive,
  purgeProcesses,
} from '../processes/process.repository.ts'
import { NO_PRICE, arrangeEnd, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { claimOrphanedTurns } from './claim-orphaned-turns.ts'
import { finishTurn } from './finish-turn.ts'
import { releaseIdleTurns, releaseTurn } from './release-turns.ts'
import { requestStop } from './turn.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 12 })
const user = await arrangeGuest(db)
afterAll(async () => {
  await db.destroy()
  await database.close()
})

beforeEach(async () => {
  await sql`truncate turns, processes`.execute(admin)
})
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 1 })
afterAll(() => admin.destroy())

test('turns of a process that beats are left alone, those of one that fell silent are claimed', async () => {
  await beat(db, { id: 'alive', service: 'chat-api' })
  await beat(db, { id: 'silent', service: 'chat-api' })
  await fallSilent('silent', 6)
  await arrangeTurn(db, { userId: user.id, owner: 'alive' })
  const orphan = await arrangeTurn(db, { userId: user.id, owner: 'silent' })
  expect(await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })).toMatchObject([
    { id: orphan.turnId, owner: 'worker', epoch: 2, state: 'running' },
  ])
  expect(await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })).toEqual([])
})

test('liveness is judged by the database’s clock: silent for four seconds is alive, for six is dead', async () => {
  await beat(db, { id: 'process', service: 'chat-api' })
  await fallSilent('process', 4)
  expect(await isAlive(db, 'process')).toBe(true)
  await fallSilent('process', 6)
  expect(await isAlive(db, 'process')).toBe(false)
  await beat(db, { id: 'process', service: 'chat-api' })
  expect(await isAlive(db, 'process')).toBe(true)
})

test('a process that said goodbye, or never was, has its turns claimed at once', async () => {
  await beat(db, { id: 'leaving', service: 'chat-api' })
  await arrangeTurn(db, { userId: user.id, owner: 'leaving' })
  await arrangeTurn(db, { userId: user.id, owner: 'unheard-of' })
  expect(await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })).toHaveLength(1)
  await deregisterProcess(db, 'leaving')
  expect(await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })).toHaveLength(1)
})

test('a turn that was given up is claimed at once, and nobody died for it', async () => {
  await beat(db, { id: 'alive', service: 'chat-api' })
  const { turnId } = await arrangeTurn(db, { userId: user.id, owner: 'alive' })
  const release = { turnId, epoch: 1, crashed: false }
  expect(await releaseTurn(db, { ...release, owner: 'another' })).toBe(false)
  expect(await releaseTurn(db, { ...release, owner: 'alive', epoch: 2 })).toBe(false)
  expect(await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })).toEqual([])
  expect(await releaseTurn(db, { ...release, owner: 'alive' })).toBe(true)
  expect(await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })).toMatchObject([
    { id: turnId, owner: 'worker', epoch: 2, crashes: 0 },
  ])
})

test('owners that died over a turn are counted, those that say that it crashed, too', async () => {
  const { turnId } = await arrangeTurn(db, { userId: user.id, owner: 'dead' })
  const first = await claimOrphanedTurns(db, { owner: 'worker-1', limit: 10 })
  const second = await claimOrphanedTurns(db, { owner: 'worker-2', limit: 10 })
  await releaseTurn(db, { turnId, owner: 'worker-2', epoch: 3, crashed: true })
  const third = await claimOrphanedTurns(db, { owner: 'worker-3', limit: 10 })
  expect([first, second, third].map(([turn]) => [turn?.epoch, turn?.crashes])).toEqual([
    [2, 1],
    [3, 2],
    [4, 3],
  ])
})

test('a process gives up what it owns, does not produce and has not just got', async () => {
  await beat(db, { id: 'alive', service: 'chat-api' })
  await beat(db, { id: 'other', service: 'chat-api' })
  const [idle, running, ended] = await Promise.all(
    ['alive', 'alive', 'alive'].map((owner) => arrangeTurn(db, { userId: user.id, owner })),
  )
  await arrangeTurn(db, { userId: user.id, owner: 'other' })
  await arrangeEnd(db, ended!)
  await sql`update turns set updated_at = now() - interval '6 seconds'`.execute(admin)
  const fresh = await arrangeTurn(db, { userId: user.id, owner: 'alive' })
  const giveUp = (running: string[]) =>
    releaseIdleTurns(db, { owner: 'alive', running, idleMs: 5_000 })
  expect(await giveUp([running!.turnId])).toEqual([idle!.turnId])
  expect(await giveUp([running!.turnId])).toEqual([])
  expect(await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })).toMatchObject([
    { id: idle!.turnId },
  ])
  expect(await giveUp([])).toEqual([running!.turnId])
  expect(await giveUp([])).not.toContain(fresh.turnId)
})

test('ten claimers at once take what was given up once, too', async () => {
  for (let index = 0; index < 20; index++) {
    const { turnId } = await arrangeTurn(db, { userId: user.id, owner: 'gone' })
    await releaseTurn(db, { turnId, owner: 'gone', epoch: 1, crashed: false })
  }
  const claims = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      await beat(db, { id: `worker-${index}`, service: 'worker' })
      return claimOrphanedTurns(db, { owner: `worker-${index}`, limit: 20 })
    }),
  )
  expect(claims.flat().map((turn) => turn.epoch)).toEqual(Array.from({ length: 20 }, () => 2))
})

test('ten claimers at once take each turn once', async () => {
  await Promise.all(
    Array.from({ length: 30 }, () => arrangeTurn(db, { userId: user.id, owner: 'dead' })),
  )
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      beat(db, { id: `worker-${index}`, service: 'worker' }),
    ),
  )
  const claims = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      claimOrphanedTurns(db, { owner: `worker-${index}`, limit: 10 }),
    ),
  )
  const claimed = claims.flat()
  expect(new Set(claimed.map((turn) => turn.id)).size).toBe(claimed.length)
  const rest = await claimOrphanedTurns(db, { owner: 'worker-0', limit: 30 })
  expect(claimed.length + rest.length).toBe(30)
  expect([...claimed, ...rest].every((turn) => turn.epoch === 2)).toBe(true)
})

test('the former owner of a claimed turn can no longer end it', async () => {
  const turn = await arrangeTurn(db, { userId: user.id, owner: 'dead' })
  await claimOrphanedTurns(db, { owner: 'worker', limit: 10 })
  const late = await db.transaction().execute((transaction) =>
    finishTurn(transaction, {
      turnId: turn.turnId,
      chatId: turn.chatId,
      userId: user.id,
      owner: 'dead',
      epoch: 1,
      state: 'completed',
      finish: 'stop',
      nextOwner: null,
      priceOf: () => NO_PRICE,
    }),
  )
  expect(late).toBeUndefined()
})

test('a stop is asked for once, by the turn’s own user', async () => {
  const turn = { turnId: (await arrangeTurn(db, { userId: user.id, owner: 'alive' })).turnId }
  const other = await arrangeGuest(db)
  expect(await requestStop(db, { ...turn, userId: other.id })).toBeUndefined()
  const first = await requestStop(db, { ...turn, userId: user.id })
  const second = await requestStop(db, { ...turn, userId: user.id })
  expect(first?.stopRequestedAt).toBeInstanceOf(Date)
  expect(second?.stopRequestedAt).toEqual(first?.stopRequestedAt)
})

test('processes that died without a word are forgotten later', async () => {
  await beat(db, { id: 'alive', service: 'chat-api' })
  await beat(db, { id: 'long-gone', service: 'chat-api' })
  await fallSilent('long-gone', 3_601)
  expect(await purgeProcesses(db, 3_600_000)).toBe(1)
  expect(await isAlive(db, 'alive')).toBe(true)
})

async function fallSilent(id: string, seconds: number): Promise<void> {
  await sql`
    update processes set heartbeat_at = now() - make_interval(secs => ${seconds}) where id = ${id}
  `.execute(admin)
}
