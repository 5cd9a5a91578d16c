import type { TurnFrame } from '@brainlyx/chat-contract'
import { beat, deregisterProcess, findTurn, listMessages } from '@brainlyx/db'
import type { TurnRow } from '@brainlyx/db'
import { arrangeGuest, arrangeTurn } from '@brainlyx/db/testing'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { createArena, runWorker } from '../../test/running-worker.ts'
import { recoverTurns } from './recover-turns.ts'
import type { RecoveryDependencies } from './recover-turns.ts'

const arena = await createArena()
const { db, log, simulator, logger } = arena
const user = await arrangeGuest(db)
afterAll(() => arena.close())
afterEach(() => simulator.setPace({ tokensPerSecond: 0 }))

const owner = 'worker-a'
let resumed: TurnRow[] = []
let recovered = 0
const dependencies: RecoveryDependencies = {
  db,
  logger,
  owner,
  engine: { running: 0, resume: (turn) => void resumed.push(turn) },
  isAlive: () => true,
  onRecovered: () => recovered++,
}

beforeEach(async () => {
  resumed = []
  recovered = 0
  await beat(db, { id: owner, service: 'worker' })
})
afterEach(() => deregisterProcess(db, owner))

test('a worker that must take itself for dead claims nothing', async () => {
  const turn = await arrangeDeadTurn([])
  expect(await recoverTurns({ ...dependencies, isAlive: () => false })).toBe(false)
  expect(await findTurn(db, turn)).toMatchObject({ state: 'running', owner: 'dead', epoch: 1 })
  expect(await recoverTurns(dependencies)).toBe(false)
  expect(resumed).toMatchObject([{ id: turn.turnId, owner, epoch: 2 }])
  expect(recovered).toBe(1)
})

test('a worker takes no more than it may run at once', async () => {
  for (let index = 0; index < 5; index++) await arrangeDeadTurn([])
  const runningLimit = 4
  const busy = { ...dependencies, runningLimit, engine: { ...dependencies.engine, running: 2 } }
  expect(await recoverTurns(busy)).toBe(true)
  expect(resumed).toHaveLength(2)
  const full = { ...dependencies, runningLimit, engine: { ...dependencies.engine, running: 4 } }
  expect(await recoverTurns(full)).toBe(false)
  expect(resumed).toHaveLength(2)
  while (await recoverTurns(dependencies));
  expect(resumed).toHaveLength(5)
})

test('two workers finish many turns, each once, with exactly the answer that was begun', async () => {
  const prompts = Array.from({ length: 20 }, (_, index) => `What is harbour ${index} for?`)
  const turns = await Promise.all(
    prompts.map((text) => {
      const begun = simulatedAnswer(text).text.slice(0, 40)
      return arrangeDeadTurn([{ type: 'text-delta', text: begun }], text)
    }),
  )
  const workers = [await runWorker(arena), await runWorker(arena)]
  for (const [index, turn] of turns.entries()) {
    await eventually(async () =>
      expect(await findTurn(db, turn)).toMatchObject({ state: 'completed', epoch: 2, crashes: 1 }),
    )
    const { messages } = await listMessages(db, { ...turn, limit: 10 })
    expect(messages.map((message) => message.parts)).toEqual([
      [{ type: 'text', text: prompts[index] }],
      [{ type: 'text', text: simulatedAnswer(prompts[index]!).text }],
    ])
  }
  await Promise.all(workers.map((worker) => worker.stop()))
  const titles = await db.selectFrom('outbox').select('payload').execute()
  const named = titles.map((row) => row.payload['turnId'])
  expect(named.filter((id) => turns.some((turn) => turn.turnId === id))).toHaveLength(20)
})

test('a worker that ends leaves what it runs to another, which goes on', async () => {
  simulator.setPace({ tokensPerSecond: 40 })
  const text = 'Tell me about lighthouses. [tokens:120]'
  const turn = await arrangeDeadTurn([], text)
  const ending = await runWorker(arena, { handOverAfterMs: 200 })
  await eventually(async () => expect(await deltasOf(turn.turnId)).toBeGreaterThan(3))
  await ending.stop()
  expect(await findTurn(db, turn)).toMatchObject({ state: 'running', owner: null, crashes: 1 })
  simulator.setPace({ tokensPerSecond: 0 })
  const next = await runWorker(arena)
  await eventually(async () =>
    expect(await findTurn(db, turn)).toMatchObject({ state: 'completed', crashes: 1 }),
  )
  const { messages } = await listMessages(db, { ...turn, limit: 10 })
  expect(messages[1]?.parts).toEqual([{ type: 'text', text: simulatedAnswer(text).text }])
  await next.stop()
})

/** A running turn of a process that is no more, with what it wrote to the log. */
async function arrangeDeadTurn(frames: readonly TurnFrame[], text = 'Hello') {
  const { turnId, chatId } = await arrangeTurn(db, {
    userId: user.id,
    owner: 'dead',
    parts: [{ type: 'text', text }],
  })
  if (frames.length > 0) await log.append(turnId, { epoch: 1, seq: 1 }, frames, { begin: true })
  return { turnId, chatId, userId: user.id }
}

async function deltasOf(turnId: string): Promise<number> {
  const entries = await log.read(turnId, '0-0')
  if (entries === 'unavailable') return 0
  return entries.filter((entry) => entry.frame.type === 'text-delta').length
}
