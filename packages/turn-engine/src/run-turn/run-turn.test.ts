import { newId, requestStop } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { arrangeTurns, collect, readTurn, shownText, typesOf } from '../../test/arrange.ts'
import { textChunk } from '../../test/scripted-router.ts'
import type { Exchange, Script } from '../../test/scripted-router.ts'
import type { TurnToRun } from './turn-to-run.ts'

const arranged = await arrangeTurns()
const { db, admin, router, accept, startProcess } = arranged
afterAll(() => arranged.close())

let outboxHints = 0
const here = await startProcess({ hintOutbox: () => void outboxHints++ })
const elsewhere = await startProcess()

/** An attempt as the router announces it, and as it ends. */
function attempt(model = 'gpt-5-mini') {
  const attemptId = newId()
  const usage = {
    inputTokens: 12,
    outputTokens: 7,
    cachedInputTokens: 3,
    cacheWriteTokens: 0,
    reasoningTokens: 2,
    estimated: false,
  }
  return {
    attemptId,
    start: {
      brainlyx: {
        type: 'attempt-start' as const,
        attemptId,
        deployment: `openai/${model}`,
        provider: 'openai',
        model,
      },
    },
    end: (outcome: 'completed' | 'failed') => ({
      brainlyx: {
        type: 'attempt-end' as const,
        attemptId,
        outcome,
        rawFinish: outcome === 'failed' ? null : 'stop',
        usage: outcome === 'failed' ? null : usage,
        costPicoUsd: outcome === 'failed' ? null : '98765432101234',
        timeToFirstTokenMs: 210,
        durationMs: 900,
        error: outcome === 'failed' ? { code: 'overloaded', status: 529, message: 'busy' } : null,
      },
    }),
  }
}

const read = (turn: TurnToRun) => readTurn(db, turn)

test('an answer is streamed, logged and stored alike, with its attempts and cost', async () => {
  const [failed, answered] = [attempt('claude'), attempt()]
  router.play(async ({ open, send, finish }) => {
    open()
    send(failed.start)
    send(failed.end('failed'))
    send(answered.start)
    send({ choices: [{ index: 0, delta: { reasoning_content: 'Hm, ' }, finish_reason: null }] })
    for (const word of 'The answer is forty-two.'.split(/(?<= )/)) {
      send(word)
      await sleep(5)
    }
    send(answered.end('completed'))
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const [local, remote] = await Promise.all([
    collect(here.follow(turn.turnId)),
    collect(elsewhere.follow(turn.turnId)),
  ])
  expect(remote).toEqual(local)
  expect(shownText(local)).toBe('The answer is forty-two.')
  expect(new Set(typesOf(local))).toEqual(
    new Set(['turn-start', 'route', 'reasoning-delta', 'text-delta', 'usage', 'turn-end']),
  )
  expect(local.map((entry) => entry.id)).toEqual(local.map((_, index) => `1-${index + 1}`))

  const { row, message, attempts } = await read(turn)
  expect(row).toMatchObject({ state: 'completed', finish: 'stop', problem: null })
  expect(local.at(-1)!.frame).toEqual({
    type: 'turn-end',
    turnId: turn.turnId,
    messageId: row.answerMessageId,
    finish: 'stop',
  })
  expect(message).toMatchObject({
    parentId: turn.userMessage.id,
    model: 'gpt-5-mini',
    parts: [
      { type: 'reasoning', text: 'Hm, ' },
      { type: 'text', text: 'The answer is forty-two.' },
    ],
  })
  expect(attempts).toMatchObject([
    { id: failed.attemptId, state: 'failed', error: { code: 'overloaded' } },
    {
      id: answered.attemptId,
      state: 'completed',
      outputTokens: 7,
      costPicoUsd: 98_765_432_101_234n,
    },
  ])
  const chat = await admin
    .selectFrom('chatSessions')
    .selectAll()
    .where('id', '=', turn.chatId)
    .executeTakeFirst()
  expect(chat).toMatchObject({ activeTurnId: null, lastMessageId: message!.id })
  const outbox = await db
    .selectFrom('outbox')
    .selectAll()
    .where('topic', '=', 'chat-title')
    .execute()
  expect(outbox).toMatchObject([
    {
      topic: 'chat-title',
      payload: { chatId: turn.chatId, userId: turn.userId, turnId: turn.turnId },
    },
  ])
})

test('the next turn says what was said before; a chat with a title asks for none', async () => {
  const first = await accept(here.owner)
  router.play(({ open, send, finish }) => {
    open()
    send('First answer.')
    finish()
  })
  here.engine.start(first)
  await collect(here.follow(first.turnId))
  await admin
    .updateTable('chatSessions')
    .set({ title: 'A', titleSource: 'user' })
    .where('id', '=', first.chatId)
    .execute()
  const before = await db.selectFrom('outbox').select('id').execute()
  expect(outboxHints).toBeGreaterThan(0)
  outboxHints = 0
  const second = await accept(here.owner, first, 'And then?')
  here.engine.start(second)
  await collect(here.follow(second.turnId))
  expect(router.exchanges.at(-1)!.body.messages.slice(1)).toEqual([
    { role: 'user', content: 'Hello?' },
    { role: 'assistant', content: 'First answer.' },
    { role: 'user', content: 'And then?' },
  ])
  expect(await db.selectFrom('outbox').select('id').execute()).toEqual(before)
  // Nor is the worker woken for nothing.
  expect(outboxHints).toBe(0)
})

test('the first delta goes at once', async () => {
  // Later deltas wait up to 50 ms and a timer never fires early, so one that took less than half was not held back.
  let quickestMs = Number.POSITIVE_INFINITY
  for (let attempts = 0; attempts < 20 && quickestMs >= 25; attempts++) {
    const seen = Promise.withResolvers<void>()
    let sentAt = 0
    router.play(async ({ open, send, finish }) => {
      open()
      send(attempt().start)
      sentAt = performance.now()
      send('Hello')
      await seen.promise
      finish()
    })
    const turn = await accept(here.owner)
    here.engine.start(turn)
    for await (const { frame } of here.follow(turn.turnId)) {
      if (frame.type !== 'text-delta') continue
      quickestMs = Math.min(quickestMs, performance.now() - sentAt)
      seen.resolve()
    }
  }
  expect(quickestMs).toBeLessThan(25)
})

test('later deltas come together', async () => {
  const words = Array.from({ length: 100 }, (_, index) => `${index} `)
  const seen = Promise.withResolvers<void>()
  router.play(async ({ open, send, finish }) => {
    open()
    send(words[0]!)
    await seen.promise
    for (const word of words.slice(1)) {
      send(word)
      await setImmediate()
    }
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const deltas: string[] = []
  for await (const { frame } of here.follow(turn.turnId)) {
    if (frame.type !== 'text-delta') continue
    deltas.push(frame.text)
    seen.resolve()
  }
  expect(deltas[0]).toBe('0 ')
  expect(deltas.length).toBeLessThan(12)
  expect(deltas.join('')).toBe(words.join(''))
})

/** Sends words until the engine hangs up. */
const endless: Script = async ({ open, send, hungUp }: Exchange) => {
  open()
  send(attempt().start)
  while (!hungUp.aborted) {
    send('more ')
    await sleep(10)
  }
}

test.each(['by the process that runs it', 'by another process’s hint', 'with every hint lost'])(
  'a stop %s ends upstream within a second and keeps what came',
  async (how) => {
    const owner = how.startsWith('with') ? await startProcess({ deafToHints: true }) : here
    router.play(endless)
    const turn = await accept(owner.owner)
    owner.engine.start(turn)
    const reading = collect(owner.follow(turn.turnId))
    const exchange = await eventually(() => {
      const last = router.exchanges.at(-1)!
      expect(owner.engine.liveTurns.get(turn.turnId)).toBeDefined()
      return last
    })
    await eventually(async () => {
      const entries = await here.log.read(turn.turnId, '0-0')
      expect(shownText(entries === 'unavailable' ? [] : entries)).not.toBe('')
    })
    const askedAt = performance.now()
    await requestStop(db, turn)
    if (how.startsWith('by the')) owner.engine.stop(turn.turnId)
    if (how.startsWith('by another'))
      await arranged.redis.publish(`stop-hint:${owner.owner}`, turn.turnId)
    await eventually(() => expect(exchange.hungUp.aborted).toBe(true))
    expect(performance.now() - askedAt).toBeLessThan(1_000)
    const entries = await reading
    expect(entries.at(-1)!.frame).toMatchObject({ type: 'turn-end', finish: 'stopped' })
    const { row, message, attempts } = await read(turn)
    expect(row).toMatchObject({ state: 'stopped', finish: 'stopped' })
    expect(message!.parts).toEqual([{ type: 'text', text: shownText(entries) }])
    expect(attempts).toMatchObject([{ state: 'aborted', estimated: true, costPicoUsd: null }])
    expect(attempts[0]!.outputTokens).toBeGreaterThan(0)
  },
)

test('a stop before the first word leaves no message', async () => {
  router.play(({ open }) => open())
  const turn = await accept(here.owner)
  here.engine.start(turn)
  here.engine.stop(turn.turnId)
  const entries = await collect(here.follow(turn.turnId))
  expect(entries.at(-1)!.frame).toMatchObject({
    type: 'turn-end',
    messageId: null,
    finish: 'stopped',
  })
  expect((await read(turn)).message).toBeUndefined()
})

test.each<[string, Script, string]>([
  [
    'an error in the stream',
    ({ open, send, response }) => {
      open()
      send('Half of ')
      const error = {
        message: 'Busy.',
        type: 'x',
        param: null,
        code: 'overloaded',
        retryable: true,
      }
      response.end(`data: ${JSON.stringify({ error })}\n\n`)
    },
    'overloaded',
  ],
])('%s is a failed turn, and what came is kept', async (_name, script, code) => {
  router.play(script)
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const entries = await collect(here.follow(turn.turnId))
  expect(entries.at(-1)!.frame).toMatchObject({
    type: 'turn-error',
    problem: { code, retryable: true },
  })
  expect(shownText(entries)).toBe('Half of ')
  const { row, message } = await read(turn)
  expect(row).toMatchObject({ state: 'failed', finish: 'failed', problem: { code } })
  expect(message).toMatchObject({ finish: 'failed', parts: [{ type: 'text', text: 'Half of ' }] })
})

test('an error before the stream is a failed turn without a message', async () => {
  router.play(({ response }) => {
    const error = { message: 'No such model.', type: 'x', param: null, code: 'model-not-found' }
    response.writeHead(404).end(JSON.stringify({ error }))
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const entries = await collect(here.follow(turn.turnId))
  expect(typesOf(entries)).toEqual(['turn-start', 'turn-error'])
  expect(entries.at(-1)!.frame).toMatchObject({
    messageId: null,
    problem: { code: 'model-not-found', status: 404 },
  })
})

test('a restart replaces what was shown, and only the new answer is stored', async () => {
  router.play(({ open, send, finish }) => {
    open()
    send('Wrong begin')
    send({ brainlyx: { type: 'restart', reason: 'stream-cut' } })
    send('Right.')
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const entries = await collect(here.follow(turn.turnId))
  expect(shownText(entries)).toBe('Right.')
  expect((await read(turn)).message!.parts).toEqual([{ type: 'text', text: 'Right.' }])
})

test('a tool call is shown whole and stored', async () => {
  router.play(({ open, send, finish }) => {
    open()
    const call = (part: object) =>
      send({
        choices: [
          { index: 0, delta: { tool_calls: [{ index: 0, ...part }] }, finish_reason: null },
        ],
      })
    call({ id: 'call_1', function: { name: 'weather', arguments: '{"ci' } })
    call({ function: { arguments: 'ty":"Oslo"}' } })
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const entries = await collect(here.follow(turn.turnId))
  const call = { type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }
  expect(entries.map((entry) => entry.frame)).toContainEqual(call)
  expect((await read(turn)).message!.parts).toEqual([call])
})

test('what Postgres cannot store does not leave a turn running for ever', async () => {
  router.play(({ open, send, hungUp }) => {
    open()
    send('NUL \0 and half an emoji \ud83d')
    hungUp.addEventListener('abort', () => {})
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  await eventually(async () => {
    const entries = await here.log.read(turn.turnId, '0-0')
    expect(entries).toHaveLength(2)
  })
  here.engine.stop(turn.turnId)
  await collect(here.follow(turn.turnId))
  expect((await read(turn)).message!.parts).toEqual([
    { type: 'text', text: 'NUL  and half an emoji \ufffd' },
  ])
})

test('an owner whose turn was taken over emits and writes nothing more', async () => {
  router.play(endless)
  const turn = await accept(here.owner)
  here.engine.start(turn)
  await eventually(async () => expect(await here.log.read(turn.turnId, '0-0')).not.toHaveLength(0))
  await here.log.append(turn.turnId, { epoch: 2, seq: 1 }, [{ type: 'answer-snapshot', parts: [] }])
  await eventually(() => expect(here.engine.running).toBe(0))
  expect(here.outcomes.at(-1)).toBe('lost')
  const entries = await here.log.read(turn.turnId, '1-999999')
  expect(entries).toEqual([{ id: '2-1', frame: { type: 'answer-snapshot', parts: [] } }])
  expect((await read(turn)).row).toMatchObject({ state: 'running' })
})

test('an owner that missed its heartbeat falls silent, and its readers go on at the log', async () => {
  let alive = true
  const dying = await startProcess({ isAlive: () => alive })
  router.play(endless)
  const turn = await accept(dying.owner)
  dying.engine.start(turn)
  const reading = collect(dying.follow(turn.turnId))
  await eventually(async () => expect(await here.log.read(turn.turnId, '0-0')).not.toHaveLength(0))
  alive = false
  await eventually(() => expect(dying.engine.running).toBe(0))
  expect((await read(turn)).row).toMatchObject({ state: 'running', answerMessageId: null })
  // What recovery does: the next epoch's snapshot and end.
  await here.log.append(turn.turnId, { epoch: 2, seq: 1 }, [
    { type: 'answer-snapshot', parts: [{ type: 'text', text: 'Recovered.' }] },
    { type: 'turn-end', turnId: turn.turnId, messageId: null, finish: 'stop' },
  ])
  expect(shownText(await reading)).toBe('Recovered.')
})

test('a turn that someone else has ended is not ended again', async () => {
  const held = Promise.withResolvers<void>()
  router.play(async ({ open, send, finish }) => {
    open()
    send('Late.')
    await held.promise
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  await eventually(async () => expect(await here.log.read(turn.turnId, '0-0')).toHaveLength(2))
  await arranged.finishElsewhere(turn)
  held.resolve()
  await eventually(() => expect(here.engine.running).toBe(0))
  expect(here.outcomes.at(-1)).toBe('lost')
  expect((await read(turn)).row).toMatchObject({ state: 'failed', answerMessageId: null })
})

test('without Redis a turn runs for the readers of its own process and is stored', async () => {
  const alone = await startProcess({ redisUrl: 'redis://127.0.0.1:1' })
  router.play(async ({ open, send, finish }) => {
    open()
    for (let index = 0; index < 20; index++) {
      send(`${index} `)
      await sleep(10)
    }
    finish()
  })
  const turn = await accept(alone.owner)
  const startedAt = performance.now()
  alone.engine.start(turn)
  const entries = await collect(alone.follow(turn.turnId))
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  expect(typesOf(entries).filter((type) => type === 'answer-snapshot')).toEqual([])
  expect(entries.map(({ id }) => id)).toEqual(entries.map((_, index) => `1-${index + 1}`))
  const { row, message } = await read(turn)
  expect(row.state).toBe('completed')
  expect(message!.parts).toEqual([{ type: 'text', text: shownText(entries) }])
})

test('a Redis that comes back empty gets the answer so far, and readers elsewhere see all of it', async () => {
  const emptied = Promise.withResolvers<void>()
  router.play(async ({ open, send, finish }) => {
    open()
    send('Before. ')
    await emptied.promise
    for (const word of ['After ', 'the ', 'loss.']) {
      send(word)
      await sleep(60)
    }
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  await eventually(async () => expect(await here.log.read(turn.turnId, '0-0')).toHaveLength(2))
  await arranged.redis.del(`turn:${turn.turnId}`)
  emptied.resolve()
  const [local, remote] = await Promise.all([
    collect(here.follow(turn.turnId)),
    collect(elsewhere.follow(turn.turnId)),
  ])
  expect(shownText(local)).toBe('Before. After the loss.')
  expect(shownText(remote)).toBe('Before. After the loss.')
  expect(local.map(({ id }) => id)).toEqual(local.map((_, index) => `1-${index + 1}`))
  expect(typesOf(remote).slice(0, 2)).toEqual(['answer-snapshot', 'turn-start'])
})

test('a reader that resumes anywhere gets exactly the rest', async () => {
  router.play(async ({ open, send, finish }) => {
    open()
    for (let index = 0; index < 30; index++) {
      send(textChunk(`${index},`))
      await sleep(8)
    }
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const all = await collect(here.follow(turn.turnId))
  for (const [index, entry] of all.slice(0, -1).entries()) {
    expect(await collect(elsewhere.follow(turn.turnId, entry.id!))).toEqual(all.slice(index + 1))
  }
})

test('an ended turn’s log expires ten minutes later', async () => {
  router.play(({ open, send, finish }) => {
    open()
    send('Done.')
    finish()
  })
  const turn = await accept(here.owner)
  here.engine.start(turn)
  await collect(here.follow(turn.turnId))
  await eventually(async () => {
    const ttl = await arranged.redis.ttl(`turn:${turn.turnId}`)
    expect(ttl).toBeGreaterThan(590)
    expect(ttl).toBeLessThanOrEqual(600)
  })
})
