import type { TurnFrame } from '@brainlyx/chat-contract'
import {
  announceAttempt,
  claimOrphanedTurns,
  deregisterProcess,
  newId,
  requestStop,
} from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { arrangeTurns, collect, readTurn, shownText, typesOf } from '../../test/arrange.ts'
import type { Exchange, Script } from '../../test/scripted-router.ts'
import type { TurnToRun } from './turn-to-run.ts'

const arranged = await arrangeTurns()
const { db, admin, router, accept, startProcess } = arranged
afterAll(() => arranged.close())
const here = await startProcess()
const worker = await startProcess()
beforeEach(() => void router.exchanges.splice(0))

const route: TurnFrame = {
  type: 'route',
  deployment: 'openai/gpt-9',
  provider: 'openai',
  model: 'gpt-9',
}
const usage = {
  type: 'usage',
  inputTokens: 30,
  outputTokens: 12,
  cachedInputTokens: 10,
  cacheWriteTokens: 2,
  reasoningTokens: 0,
  estimated: false,
  costPicoUsd: '123456789',
} as const

const answers =
  (...words: string[]): Script =>
  ({ open, send, finish }) => {
    open()
    for (const word of words) send(word)
    finish()
  }

/** Sends words until the engine hangs up. */
const endless: Script = async ({ open, send, hungUp }: Exchange) => {
  open()
  announce(send)
  while (!hungUp.aborted) {
    send('more ')
    await sleep(10)
  }
}

function announce(send: Exchange['send'], attemptId = newId()): void {
  const { deployment, provider, model } = route as Extract<TurnFrame, { type: 'route' }>
  send({ brainlyx: { type: 'attempt-start', attemptId, deployment, provider, model } })
}

/** A running turn of a process that is no more, with what it wrote to the log and announced. */
async function arrangeDeadTurn(frames: readonly TurnFrame[], attempts: readonly string[] = []) {
  const turn = await accept('dead')
  const begun: TurnFrame = {
    type: 'turn-start',
    turnId: turn.turnId,
    chatId: turn.chatId,
    userMessageId: turn.userMessage.id,
    model: 'auto',
  }
  if (frames.length > 0) {
    const first = { epoch: 1, seq: 1 }
    await here.log.append(turn.turnId, first, [begun, ...frames], { begin: true })
  }
  for (const attemptId of attempts) {
    const call = { deployment: 'openai/gpt-9', provider: 'openai', model: 'gpt-9' }
    await announceAttempt(db, { ...turn, ...call, attemptId })
  }
  return turn
}

async function takeOver(turn: TurnToRun) {
  const before = await here.log.read(turn.turnId, '0-0')
  const seen = before === 'unavailable' ? undefined : before.at(-1)?.id
  const [row] = await worker.takeOver()
  expect(row).toMatchObject({ id: turn.turnId, epoch: 2 })
  const entries = await collect(here.follow(turn.turnId, seen))
  return { entries, ...(await readTurn(db, turn)) }
}

const textOfLog = async (turn: TurnToRun): Promise<string> => {
  const entries = await here.log.read(turn.turnId, '0-0')
  return entries === 'unavailable' ? '' : shownText(entries)
}
const titlesOf = async ({ chatId }: TurnToRun): Promise<number> => {
  const rows = await db.selectFrom('outbox').select('payload').execute()
  return rows.filter((row) => row.payload['chatId'] === chatId).length
}

test('a dead process’s answer is gone on with, from its text', async () => {
  router.play(answers(' an answer', '.'))
  const attemptId = newId()
  const turn = await arrangeDeadTurn(
    [route, { type: 'text-delta', text: 'Half ' }, { type: 'text-delta', text: 'of \n' }],
    [attemptId],
  )
  const { entries, row, message, attempts } = await takeOver(turn)
  expect(entries[0]).toEqual({
    id: '2-1',
    frame: { type: 'answer-snapshot', parts: [{ type: 'text', text: 'Half of' }] },
  })
  expect(typesOf(entries)).not.toContain('turn-start')
  expect(shownText(entries)).toBe('Half of an answer.')
  const { body } = router.exchanges[0]!
  expect(body.messages.slice(1)).toEqual([
    { role: 'user', content: 'Hello?' },
    { role: 'assistant', content: 'Half of' },
  ])
  expect(body).toMatchObject({ brainlyx: { continue: true } })
  expect(row).toMatchObject({ state: 'completed', owner: worker.owner, epoch: 2, crashes: 1 })
  expect(message).toMatchObject({
    parts: [{ type: 'text', text: 'Half of an answer.' }],
    model: 'gpt-9',
  })
  expect(attempts).toMatchObject([
    { id: attemptId, state: 'aborted', estimated: true, error: { code: 'owner-died' } },
  ])
  expect(attempts[0]?.outputTokens).toBe(3)
  expect(await titlesOf(turn)).toBe(1)
})

test('an answer that was whole is stored as it is, its call settled exactly, and nobody called', async () => {
  const [failed, whole] = [newId(), newId()]
  const turn = await arrangeDeadTurn(
    [
      route,
      { type: 'text-delta', text: 'All. ' },
      { ...usage, attemptId: whole, finish: 'length' },
    ],
    [failed, whole],
  )
  const { entries, row, message, attempts } = await takeOver(turn)
  expect(router.exchanges).toEqual([])
  expect(typesOf(entries)).toEqual(['answer-snapshot', 'turn-end'])
  expect(row).toMatchObject({ state: 'completed', finish: 'length' })
  expect(message?.parts).toEqual([{ type: 'text', text: 'All. ' }])
  expect(attempts).toMatchObject([
    { id: failed, state: 'aborted', outputTokens: 0 },
    {
      id: whole,
      state: 'completed',
      inputTokens: 30,
      outputTokens: 12,
      cachedInputTokens: 10,
      cacheWriteTokens: 2,
      estimated: false,
      costPicoUsd: 123_456_789n,
    },
  ])
  expect(await titlesOf(turn)).toBe(1)
})

test('a call that was given up for a faster one is not taken for the answer', async () => {
  const [loser, winner] = [newId(), newId()]
  const turn = await arrangeDeadTurn(
    [
      route,
      { ...usage, outputTokens: 0, attemptId: loser },
      { type: 'text-delta', text: 'All.' },
      { ...usage, attemptId: winner, finish: 'stop' },
    ],
    [loser, winner],
  )
  const { attempts } = await takeOver(turn)
  expect(attempts).toMatchObject([
    { id: loser, state: 'aborted', inputTokens: 30, outputTokens: 0, costPicoUsd: 123_456_789n },
    { id: winner, state: 'completed', outputTokens: 12 },
  ])
})

test('a turn whose stop had been asked for ends as stopped, with its text', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  await requestStop(db, turn)
  const { entries, row, message } = await takeOver(turn)
  expect(router.exchanges).toEqual([])
  expect(row).toMatchObject({ state: 'stopped', finish: 'stopped' })
  expect(message?.parts).toEqual([{ type: 'text', text: 'Half' }])
  expect(entries.at(-1)?.frame).toMatchObject({ type: 'turn-end', finish: 'stopped' })
})

test('an answer with reasoning begins again, with an empty snapshot', async () => {
  router.play(answers('Well.'))
  const turn = await arrangeDeadTurn([
    { type: 'reasoning-delta', text: 'Hm.' },
    { type: 'text-delta', text: 'So' },
  ])
  const { entries, message } = await takeOver(turn)
  expect(entries[0]?.frame).toEqual({ type: 'answer-snapshot', parts: [] })
  expect(router.exchanges[0]!.body.messages.at(-1)?.role).toBe('user')
  expect(message?.parts).toEqual([{ type: 'text', text: 'Well.' }])
})

test('a turn without a log begins again, and its log tells everything', async () => {
  router.play(answers('Well.'))
  const turn = await arrangeDeadTurn([])
  const { entries, row } = await takeOver(turn)
  expect(typesOf(entries)).toEqual(['answer-snapshot', 'turn-start', 'text-delta', 'turn-end'])
  expect(row).toMatchObject({ state: 'completed' })
})

test('a long log is read to its end', async () => {
  router.play(answers('.'))
  const deltas = Array.from({ length: 2_500 }, (_, index): TurnFrame => {
    return { type: 'text-delta', text: `${index},` }
  })
  const { message } = await takeOver(await arrangeDeadTurn(deltas))
  const text = deltas.map((delta) => ('text' in delta ? delta.text : '')).join('')
  expect(message?.parts).toEqual([{ type: 'text', text: `${text}.` }])
})

test('a turn over which three owners died is ended, and its text kept', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Poison' }])
  for (const owner of ['dead-2', 'dead-3']) await claimOrphanedTurns(db, { owner, limit: 1 })
  const [row] = await worker.takeOver()
  expect(row).toMatchObject({ crashes: 3, epoch: 4 })
  const entries = await collect(here.follow(turn.turnId))
  expect(router.exchanges).toEqual([])
  expect(entries.at(-1)?.frame).toMatchObject({
    type: 'turn-error',
    problem: { code: 'turn-abandoned', retryable: false },
  })
  const stored = await readTurn(db, turn)
  expect(stored.row).toMatchObject({ state: 'failed', problem: { code: 'turn-abandoned' } })
  expect(stored.message?.parts).toEqual([{ type: 'text', text: 'Poison' }])
})

test('a crash gives the turn up at once, and counts', async () => {
  const crashing = await startProcess({
    nowMs: () => {
      throw new Error('the process stumbled')
    },
  })
  const turn = await accept(crashing.owner)
  crashing.engine.start(turn)
  await crashing.engine.idle()
  expect((await readTurn(db, turn)).row).toMatchObject({ owner: null, epoch: 1, crashes: 1 })
  router.play(answers('Well.'))
  expect((await takeOver(turn)).row).toMatchObject({ state: 'completed', crashes: 1 })
})

test('a process that ends hands its turns over, and another goes on where it was', async () => {
  const ending = await startProcess()
  router.play(endless)
  const turn = await accept(ending.owner)
  ending.engine.start(turn)
  const reading = collect(ending.follow(turn.turnId))
  await eventually(async () => expect(await textOfLog(turn)).not.toBe(''))
  ending.engine.drain()
  ending.engine.handOver()
  await ending.engine.idle()
  expect(router.exchanges[0]!.hungUp.aborted).toBe(true)
  expect(ending.outcomes).toEqual(['handed-over'])
  // Ended logs expire in ten minutes; this one is still needed.
  expect(await arranged.redis.ttl(`turn:${turn.turnId}`)).toBeGreaterThan(3_600)
  const left = await readTurn(db, turn)
  expect(left.row).toMatchObject({ state: 'running', owner: null, epoch: 1, crashes: 0 })
  expect(left.attempts).toMatchObject([{ state: 'aborted', estimated: true }])
  const sofar = (await textOfLog(turn)).trimEnd()

  router.play(answers(' – done.'))
  await worker.takeOver()
  expect(shownText(await reading)).toBe(`${sofar} – done.`)
  const { row, message } = await readTurn(db, turn)
  expect(row).toMatchObject({ state: 'completed', crashes: 0 })
  expect(message?.parts).toEqual([{ type: 'text', text: `${sofar} – done.` }])
})

test('what comes to a process that is handing over goes on to the next', async () => {
  const ending = await startProcess()
  ending.engine.handOver()
  const turn = await accept(ending.owner)
  ending.engine.start(turn)
  await ending.engine.idle()
  expect((await readTurn(db, turn)).row).toMatchObject({ state: 'running', owner: null })
  router.play(answers('Well.'))
  await worker.takeOver()
  await collect(here.follow(turn.turnId))
  expect((await readTurn(db, turn)).row).toMatchObject({ state: 'completed' })
})

test('a turn whose log cannot be read yet is handed over with its log untouched', async () => {
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  const waiting = Promise.withResolvers<void>()
  const blind = await startProcess({
    redisUrl: 'redis://127.0.0.1:1',
    sleep: () => waiting.promise,
  })
  await blind.takeOver()
  await eventually(() => expect(blind.pauses).not.toEqual([]))
  blind.engine.handOver()
  waiting.resolve()
  await blind.engine.idle()
  expect((await readTurn(db, turn)).row).toMatchObject({ owner: null, epoch: 2, crashes: 1 })
  router.play(answers(' and half.'))
  await worker.takeOver()
  expect(shownText(await collect(here.follow(turn.turnId)))).toBe('Half and half.')
})

test('a log that Redis does not give is waited for, then the answer begins again', async () => {
  let waitedMs = 0
  const blind = await startProcess({
    redisUrl: 'redis://127.0.0.1:1',
    sleep: async (ms) => void (waitedMs += ms),
  })
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half' }])
  router.play(answers('Anew.'))
  await blind.takeOver()
  await blind.engine.idle()
  expect(waitedMs).toBe(10_000)
  const { row, message } = await readTurn(db, turn)
  expect(row).toMatchObject({ state: 'completed' })
  expect(message?.parts).toEqual([{ type: 'text', text: 'Anew.' }])
})

test('where Redis was away and the process dies, the answer begins again', async () => {
  let alive = true
  const alone = await startProcess({ redisUrl: 'redis://127.0.0.1:1', isAlive: () => alive })
  router.play(endless)
  const turn = await accept(alone.owner)
  alone.engine.start(turn)
  await eventually(() => expect(router.exchanges).toHaveLength(1))
  alive = false
  await alone.engine.idle()
  await deregisterProcess(db, alone.owner)
  router.play(answers('Anew.'))
  const { message } = await takeOver(turn)
  expect(message?.parts).toEqual([{ type: 'text', text: 'Anew.' }])
})

test('what a process lost while it could not speak is given up once it can, and goes on elsewhere', async () => {
  let alive = true
  const cutOff = await startProcess({ isAlive: () => alive })
  router.play(({ open, send }) => {
    open()
    send('Half')
  })
  const turn = await accept(cutOff.owner)
  cutOff.engine.start(turn)
  await eventually(async () => expect(await textOfLog(turn)).toBe('Half'))
  alive = false
  await eventually(() => expect(cutOff.outcomes).toEqual(['lost']))
  alive = true
  // It goes on beating, so nobody else may take the turn from it.
  expect(await worker.takeOver()).toEqual([])
  await sql`update turns set updated_at = now() - interval '5 seconds' where id = ${turn.turnId}`.execute(
    admin,
  )
  await eventually(async () =>
    expect((await readTurn(db, turn)).row).toMatchObject({ owner: null, crashes: 0 }),
  )
  router.play(answers(' and half.'))
  expect((await takeOver(turn)).message?.parts).toEqual([{ type: 'text', text: 'Half and half.' }])
})

test('a process that wakes after its turn was taken over writes nothing', async () => {
  const held = Promise.withResolvers<void>()
  const [first, second] = [newId(), newId()]
  const sleeper = await startProcess()
  router.play(async ({ open, send, finish }) => {
    open()
    announce(send, first)
    send('Half')
    await held.promise
    send({
      brainlyx: {
        type: 'attempt-end',
        attemptId: first,
        outcome: 'failed',
        rawFinish: null,
        usage: null,
        costPicoUsd: null,
        timeToFirstTokenMs: null,
        durationMs: 9,
        error: { code: 'cut', status: null, message: 'zombie' },
      },
    })
    announce(send, second)
    send(' a zombie')
    finish()
  })
  const turn = await accept(sleeper.owner)
  sleeper.engine.start(turn)
  await eventually(async () => expect(await textOfLog(turn)).toBe('Half'))
  await eventually(async () => expect((await readTurn(db, turn)).attempts).toHaveLength(1))
  // Its beats are in the past for the others; it will itself believe to be alive.
  await sql`update processes set heartbeat_at = now() - interval '6 seconds' where id = ${sleeper.owner}`.execute(
    db,
  )
  router.play(answers(' and half.'))
  await takeOver(turn)
  const before = await readTurn(db, turn)
  const log = await here.log.read(turn.turnId, '0-0')
  held.resolve()
  await sleeper.engine.idle()
  expect(sleeper.outcomes).toEqual(['lost'])
  expect(await readTurn(db, turn)).toEqual(before)
  expect(await here.log.read(turn.turnId, '0-0')).toEqual(log)
  expect(before.message?.parts).toEqual([{ type: 'text', text: 'Half and half.' }])
  expect(before.attempts).toMatchObject([{ id: first, state: 'aborted', estimated: true }])
})

test('a stop reaches a turn that was taken over', async () => {
  router.play(endless)
  const turn = await arrangeDeadTurn([{ type: 'text-delta', text: 'Half ' }])
  await worker.takeOver()
  await eventually(async () => expect(await textOfLog(turn)).toMatch(/more/))
  await requestStop(db, turn)
  await eventually(async () =>
    expect((await readTurn(db, turn)).row).toMatchObject({ state: 'stopped' }),
  )
})

test('the next turn in line is run by who ended the one before', async () => {
  const held = Promise.withResolvers<void>()
  router.play(async ({ open, send, finish }) => {
    open()
    send('One.')
    await held.promise
    finish()
  })
  const first = await accept(here.owner)
  here.engine.start(first)
  await eventually(() => expect(router.exchanges).toHaveLength(1))
  const second = await accept(here.owner, first, 'And then?')
  router.play(answers('Two.'))
  held.resolve()
  await eventually(async () =>
    expect((await readTurn(db, second)).row).toMatchObject({
      state: 'completed',
      owner: here.owner,
    }),
  )
  expect(router.exchanges[1]!.body.messages.slice(1).map(({ content }) => content)).toEqual([
    'Hello?',
    'One.',
    'And then?',
  ])
})

test('a process that drains leaves the next turn in line to the workers', async () => {
  const draining = await startProcess()
  const held = Promise.withResolvers<void>()
  router.play(async ({ open, send, finish }) => {
    open()
    send('One.')
    await held.promise
    finish()
  })
  const first = await accept(draining.owner)
  draining.engine.start(first)
  await eventually(() => expect(router.exchanges).toHaveLength(1))
  const second = await accept(draining.owner, first, 'And then?')
  draining.engine.drain()
  held.resolve()
  await draining.engine.idle()
  expect((await readTurn(db, first)).row).toMatchObject({ state: 'completed' })
  expect((await readTurn(db, second)).row).toMatchObject({ state: 'running', owner: null })
  router.play(answers('Two.'))
  await worker.takeOver()
  await collect(here.follow(second.turnId))
  expect((await readTurn(db, second)).message?.parts).toEqual([{ type: 'text', text: 'Two.' }])
})

test('an end whose commit was not heard of is still told to the readers, and stored once', async () => {
  let isDoubtful = true
  const engineDb = new Proxy(db, {
    get(target, key: keyof typeof db) {
      if (key === 'transaction' && isDoubtful) {
        return () => ({
          async execute(work: Parameters<ReturnType<typeof db.transaction>['execute']>[0]) {
            await target.transaction().execute(work)
            isDoubtful = false
            throw new Error('the connection broke')
          },
        })
      }
      const value: unknown = target[key]
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const process = await startProcess({ engineDb })
  router.play(answers('Well.'))
  const turn = await accept(process.owner)
  process.engine.start(turn)
  await process.engine.idle()
  expect(isDoubtful).toBe(false)
  expect(process.outcomes).toEqual(['completed'])
  const entries = await here.log.read(turn.turnId, '0-0')
  expect(entries === 'unavailable' ? [] : typesOf(entries)).toEqual([
    'turn-start',
    'text-delta',
    'turn-end',
  ])
  expect((await readTurn(db, turn)).message?.parts).toEqual([{ type: 'text', text: 'Well.' }])
  expect(await titlesOf(turn)).toBe(1)
})
