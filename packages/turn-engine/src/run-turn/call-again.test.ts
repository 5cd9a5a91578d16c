import { newId } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { arrangeTurns, collect, readTurn, shownText, typesOf } from '../../test/arrange.ts'
import { startScriptedRouter } from '../../test/scripted-router.ts'
import type { Exchange, Script } from '../../test/scripted-router.ts'

const arranged = await arrangeTurns()
const { db, router, accept, startProcess } = arranged
afterAll(() => arranged.close())
const here = await startProcess()
beforeEach(() => void router.exchanges.splice(0))

/** Plays one script an exchange; the last one again for all that follow. */
function inTurn(...scripts: Script[]): Script {
  let index = 0
  return (exchange) => scripts[Math.min(index++, scripts.length - 1)]!(exchange)
}

function announce(send: Exchange['send']): string {
  const attemptId = newId()
  send({
    brainlyx: {
      type: 'attempt-start',
      attemptId,
      deployment: 'openai/gpt-9',
      provider: 'openai',
      model: 'gpt-9',
    },
  })
  return attemptId
}

const cut =
  (text: string, how: 'destroy' | 'end' = 'destroy'): Script =>
  ({ open, send, response }) => {
    open()
    announce(send)
    send(text)
    setTimeout(() => response[how](), 20)
  }
const rest =
  (text: string): Script =>
  ({ open, send, finish }) => {
    open()
    announce(send)
    send(text)
    finish()
  }

async function run(script: Script) {
  router.play(script)
  const turn = await accept(here.owner)
  here.engine.start(turn)
  const entries = await collect(here.follow(turn.turnId))
  return { entries, ...(await readTurn(db, turn)) }
}

test.each(['destroy', 'end'] as const)(
  'an answer that breaks off by %s is gone on with, and nobody sees it',
  async (how) => {
    const { entries, row, message, attempts } = await run(
      inTurn(cut('The first', how), rest(' and the last.')),
    )
    expect(shownText(entries)).toBe('The first and the last.')
    expect(typesOf(entries)).not.toContain('answer-snapshot')
    expect(row).toMatchObject({ state: 'completed', finish: 'stop' })
    expect(message?.parts).toEqual([{ type: 'text', text: 'The first and the last.' }])
    const { body } = router.exchanges[1]!
    expect(body.messages.at(-1)).toEqual({ role: 'assistant', content: 'The first' })
    expect(body).toMatchObject({ brainlyx: { continue: true } })
    expect(attempts).toMatchObject([
      { state: 'aborted', estimated: true, outputTokens: 3 },
      { state: 'aborted', estimated: true },
    ])
  },
)

test('blanks at the seam are taken back, on the page as in the prompt', async () => {
  const { entries, message } = await run(inTurn(cut('One, \n'), rest(' two.')))
  expect(entries.map((entry) => entry.frame)).toContainEqual({
    type: 'answer-snapshot',
    parts: [{ type: 'text', text: 'One,' }],
  })
  expect(router.exchanges[1]!.body.messages.at(-1)?.content).toBe('One,')
  expect(shownText(entries)).toBe('One, two.')
  expect(message?.parts).toEqual([{ type: 'text', text: 'One, two.' }])
})

test('an answer with reasoning begins again', async () => {
  const { entries, message } = await run(
    inTurn(({ open, send, response }) => {
      open()
      send({ choices: [{ index: 0, delta: { reasoning_content: 'Hm.' }, finish_reason: null }] })
      send('So')
      setTimeout(() => response.destroy(), 20)
    }, rest('Well then.')),
  )
  expect(typesOf(entries)).toContain('answer-snapshot')
  expect(router.exchanges[1]!.body.messages.at(-1)?.role).toBe('user')
  expect(router.exchanges[1]!.body).not.toHaveProperty('brainlyx.continue')
  expect(message?.parts).toEqual([{ type: 'text', text: 'Well then.' }])
})

test('a model that does not go on begins again, and says so', async () => {
  const { entries, message } = await run(
    inTurn(cut('The first'), ({ open, send, finish }) => {
      open()
      send({ brainlyx: { type: 'restart', reason: 'no-prefill' } })
      send('From the start.')
      finish()
    }),
  )
  expect(shownText(entries)).toBe('From the start.')
  expect(message?.parts).toEqual([{ type: 'text', text: 'From the start.' }])
})

test('an answer that breaks off three times has failed, and what came is kept', async () => {
  const { entries, row, message } = await run(inTurn(cut('a'), cut('b'), cut('c'), rest('d')))
  expect(router.exchanges).toHaveLength(3)
  expect(entries.at(-1)!.frame).toMatchObject({
    type: 'turn-error',
    problem: { code: 'answer-cut', retryable: true },
  })
  expect(shownText(entries)).toBe('abc')
  expect(row).toMatchObject({ state: 'failed', problem: { code: 'answer-cut' } })
  expect(message).toMatchObject({ finish: 'failed', parts: [{ type: 'text', text: 'abc' }] })
})

test('an answer whose end was said is whole, although its stream breaks off after it', async () => {
  const { row } = await run(({ open, send, response }) => {
    open()
    send('All.')
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
    setTimeout(() => response.destroy(), 20)
  })
  expect(row).toMatchObject({ state: 'completed', finish: 'stop' })
  expect(router.exchanges).toHaveLength(1)
})

test('what the router decided is final', async () => {
  const { row } = await run(({ response }) => {
    const error = { message: 'Busy.', type: 'x', param: null, code: 'overloaded', retryable: true }
    response.writeHead(503).end(JSON.stringify({ error }))
  })
  expect(row).toMatchObject({ state: 'failed', problem: { code: 'overloaded' } })
  expect(router.exchanges).toHaveLength(1)
})

test('a router that is restarted is waited for, and reached by a new connection', async () => {
  const first = await startScriptedRouter()
  const port = Number(new URL(first.url).port)
  first.play(({ open, send }) => {
    open()
    send('Before')
  })
  const process = await startProcess({ routerUrl: first.url })
  const turn = await accept(process.owner)
  process.engine.start(turn)
  const reading = collect(process.follow(turn.turnId))
  await eventually(async () => expect(await process.log.read(turn.turnId, '0-0')).toHaveLength(2))
  await first.close()
  await eventually(() => expect(process.pauses.length).toBeGreaterThan(3))
  expect(process.engine.running).toBe(1)
  const second = await startScriptedRouter(port)
  second.play(rest(' and after.'))
  expect(shownText(await reading)).toBe('Before and after.')
  expect(second.exchanges).toHaveLength(1)
  await second.close()
})

test('a router that stays away is not waited for without end', async () => {
  let nowMs = 0
  const process = await startProcess({
    routerUrl: 'http://127.0.0.1:1',
    nowMs: () => nowMs,
    sleep: async (ms) => void (nowMs += ms),
  })
  const turn = await accept(process.owner)
  process.engine.start(turn)
  await collect(process.follow(turn.turnId))
  expect((await readTurn(db, turn)).row).toMatchObject({
    state: 'failed',
    problem: { code: 'router-unavailable' },
  })
  expect(nowMs).toBeGreaterThan(20_000)
  expect(nowMs).toBeLessThan(24_000)
  expect(Math.max(...process.pauses)).toBeLessThanOrEqual(3_000)
})

test('a stop ends the wait for a router at once', async () => {
  const process = await startProcess({ routerUrl: 'http://127.0.0.1:1' })
  const turn = await accept(process.owner)
  process.engine.start(turn)
  await eventually(() => expect(process.pauses.length).toBeGreaterThan(1))
  process.engine.stop(turn.turnId)
  const entries = await collect(process.follow(turn.turnId))
  expect(entries.at(-1)?.frame).toMatchObject({ type: 'turn-end', finish: 'stopped' })
})
