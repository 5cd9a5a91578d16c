import type { TurnFrame } from '@brainlyx/chat-contract'
import {
  announceAttempt,
  beat,
  deregisterProcess,
  findChat,
  findTurn,
  listAttempts,
  listMessages,
  newId,
  requestStop,
} from '@brainlyx/db'
import { arrangeGuest, arrangeTurn } from '@brainlyx/db/testing'
import { createTurnLog } from '@brainlyx/turn-engine'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { createArena } from '../../test/running-worker.ts'
import { recoverTurns } from './recover-turns.ts'
import type { RecoveryDependencies } from './recover-turns.ts'

const arena = await createArena()
const { db, log } = arena
const user = await arrangeGuest(db)
afterAll(() => arena.close())

const owner = 'worker-a'
let recovered = 0
let hints = 0
const dependencies: RecoveryDependencies = {
  ...arena,
  owner,
  isAlive: () => true,
  hintOutbox: () => hints++,
  onRecovered: () => recovered++,
  sleep: () => Promise.resolve(),
}

beforeEach(async () => {
  recovered = 0
  hints = 0
  await beat(db, { id: owner, service: 'worker' })
})
afterEach(() => deregisterProcess(db, owner))

test('a dead process’s turn ends as interrupted, with the text that its readers saw', async () => {
  const turn = await arrangeDeadTurn([
    { type: 'route', deployment: 'openai/gpt-9', provider: 'openai', model: 'gpt-9' },
    { type: 'text-delta', text: 'Half an ' },
    { type: 'text-delta', text: 'answer' },
  ])
  await recoverTurns(dependencies)

  const row = await findTurn(db, turn)
  expect(row).toMatchObject({
    state: 'failed',
    finish: 'failed',
    owner,
    epoch: 2,
    problem: { code: 'turn-interrupted', retryable: true, status: 503 },
  })
  expect((await findChat(db, turn))?.activeTurnId).toBeNull()
  const { messages } = await listMessages(db, { ...turn, limit: 10 })
  expect(messages).toMatchObject([
    { role: 'user' },
    {
      id: row?.answerMessageId,
      role: 'assistant',
      parts: [{ type: 'text', text: 'Half an answer' }],
      model: 'gpt-9',
      finish: 'failed',
    },
  ])
  expect(await framesAfter(turn.turnId, '1-999')).toEqual([
    ['2-1', { type: 'answer-snapshot', parts: [{ type: 'text', text: 'Half an answer' }] }],
    [
      '2-2',
      {
        type: 'turn-error',
        turnId: turn.turnId,
        messageId: row?.answerMessageId,
        problem: row?.problem,
      },
    ],
  ])
  expect({ recovered, hints }).toEqual({ recovered: 1, hints: 1 })
})

test('the log refuses what the dead process still sends', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  await recoverTurns(dependencies)
  const late: TurnFrame = { type: 'text-delta', text: ' a zombie' }
  expect(await log.append(turn.turnId, { epoch: 1, seq: 2 }, [late])).toBe('stale')
})

test('a turn whose stop had been asked for ends as stopped', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  await requestStop(db, turn)
  await recoverTurns(dependencies)
  expect(await findTurn(db, turn)).toMatchObject({
    state: 'stopped',
    finish: 'stopped',
    problem: null,
  })
  expect((await framesAfter(turn.turnId, '2-1'))[0]?.[1]).toMatchObject({
    type: 'turn-end',
    finish: 'stopped',
  })
})

test('a turn without an answer yet ends without one', async () => {
  const turn = await arrangeDeadTurn([])
  await recoverTurns(dependencies)
  expect(await findTurn(db, turn)).toMatchObject({ state: 'failed', answerMessageId: null })
  expect((await listMessages(db, { ...turn, limit: 10 })).messages).toHaveLength(1)
})

test('the ledger’s open rows are closed, and the chat gets its title', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  await announceAttempt(db, {
    attemptId: newId(),
    userId: user.id,
    turnId: turn.turnId,
    epoch: 1,
    deployment: 'openai/gpt-9',
    provider: 'openai',
    model: 'gpt-9',
  })
  await recoverTurns(dependencies)
  expect(await listAttempts(db, turn)).toMatchObject([
    { state: 'aborted', error: { code: 'turn-interrupted' } },
  ])
  const outbox = await db.selectFrom('outbox').select(['topic', 'payload']).execute()
  expect(outbox).toContainEqual({ topic: 'chat-title', payload: turn })
})

test('a long log is read to its end', async () => {
  const deltas = Array.from({ length: 2_500 }, (_, index): TurnFrame => {
    return { type: 'text-delta', text: `${index} ` }
  })
  const turn = await arrangeDeadTurn(deltas)
  await recoverTurns(dependencies)
  const { messages } = await listMessages(db, { ...turn, limit: 10 })
  expect(messages[1]?.parts).toEqual([
    { type: 'text', text: deltas.map((delta) => ('text' in delta ? delta.text : '')).join('') },
  ])
})

test('an ending that failed half-way is repeated and leaves one answer', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  const broken = {
    ...dependencies,
    log: {
      ...log,
      append: async (...parameters: Parameters<typeof log.append>) => {
        await log.append(...parameters)
        throw new Error('the process stumbled')
      },
    },
  }
  await recoverTurns(broken)
  expect(await findTurn(db, turn)).toMatchObject({ state: 'running', owner, epoch: 2 })
  await recoverTurns(dependencies)
  expect(await findTurn(db, turn)).toMatchObject({ state: 'failed', epoch: 2 })
  expect((await listMessages(db, { ...turn, limit: 10 })).messages[1]?.parts).toEqual([
    { type: 'text', text: 'Half' },
  ])
  const frames = await framesAfter(turn.turnId, '2-0')
  expect(frames.map(([, frame]) => frame.type)).toEqual(['answer-snapshot', 'turn-error'])
})

test('without Redis a turn still ends, without the text that only Redis had', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  const away = new Redis({ port: 1, enableOfflineQueue: false, maxRetriesPerRequest: 0 })
  away.on('error', () => undefined)
  let waitedMs = 0
  await recoverTurns({
    ...dependencies,
    log: createTurnLog({ redis: away }),
    sleep: async (ms) => void (waitedMs += ms),
  })
  away.disconnect()
  expect(waitedMs).toBe(10_000)
  expect(await findTurn(db, turn)).toMatchObject({ state: 'failed', answerMessageId: null })
})

test('a worker that must take itself for dead claims nothing', async () => {
  const turn = await arrangeDeadTurn([])
  await recoverTurns({ ...dependencies, isAlive: () => false })
  expect(await findTurn(db, turn)).toMatchObject({ state: 'running', owner: 'dead', epoch: 1 })
  await recoverTurns(dependencies)
})

test('of two workers at once each turn is ended by one', async () => {
  const turns = await Promise.all(Array.from({ length: 30 }, () => arrangeDeadTurn([])))
  await beat(db, { id: 'worker-b', service: 'worker' })
  const work = async (worker: string): Promise<void> => {
    while (await recoverTurns({ ...dependencies, owner: worker }));
    await recoverTurns({ ...dependencies, owner: worker })
  }
  await Promise.all([work(owner), work('worker-b')])
  for (const turn of turns) {
    expect(await findTurn(db, turn)).toMatchObject({ state: 'failed', epoch: 2 })
  }
  expect(recovered).toBe(30)
})

/** A running turn of a process that is no more, with what it wrote to the log. */
async function arrangeDeadTurn(frames: readonly TurnFrame[]) {
  const { turnId, chatId } = await arrangeTurn(db, { userId: user.id, owner: 'dead' })
  if (frames.length > 0) await log.append(turnId, { epoch: 1, seq: 1 }, frames, { begin: true })
  return { turnId, chatId, userId: user.id }
}

async function framesAfter(turnId: string, id: string): Promise<[string | null, TurnFrame][]> {
  const entries = await log.read(turnId, id)
  if (entries === 'unavailable') throw new Error('Redis is away')
  return entries.map((entry) => [entry.id, entry.frame])
}
