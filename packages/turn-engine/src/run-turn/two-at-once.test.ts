import { newId } from '@brainlyx/db'
import { afterAll, expect, test } from 'vitest'
import { arrangeTurns, collect, readTurn, shownText } from '../../test/arrange.ts'
import type { Exchange } from '../../test/scripted-router.ts'

const arranged = await arrangeTurns()
const { db, router, accept, startProcess } = arranged
afterAll(() => arranged.close())
const here = await startProcess()

function announce(send: Exchange['send'], model: string): string {
  const attemptId = newId()
  const deployment = `somewhere/${model}`
  send({
    brainlyx: { type: 'attempt-start', attemptId, deployment, provider: 'somewhere', model },
  })
  return attemptId
}

function giveUp(send: Exchange['send'], attemptId: string): void {
  send({
    brainlyx: {
      type: 'attempt-end',
      attemptId,
      outcome: 'aborted',
      rawFinish: null,
      usage: null,
      costPicoUsd: null,
      timeToFirstTokenMs: null,
      durationMs: 1,
      error: null,
    },
  })
}

test.each([
  ['first', ['somewhere/first', 'somewhere/second', 'somewhere/first']],
  ['second', ['somewhere/first', 'somewhere/second']],
])(
  'of two that are asked at once, the %s is said to answer where it does',
  async (winner, told) => {
    router.play(({ open, send, finish }) => {
      open()
      const attempts = { first: announce(send, 'first'), second: announce(send, 'second') }
      send('Hello.')
      giveUp(send, winner === 'first' ? attempts.second : attempts.first)
      finish()
    })
    const turn = await accept(here.owner)
    here.engine.start(turn)
    const entries = await collect(here.follow(turn.turnId))
    const routes = entries.flatMap(({ frame }) =>
      frame.type === 'route' ? [frame.deployment] : [],
    )
    expect(routes).toEqual(told)
    expect(shownText(entries)).toBe('Hello.')
    const { attempts, message } = await readTurn(db, turn)
    expect(attempts.map(({ state }) => state)).toContain('aborted')
    expect(message?.model).toBe(winner)
  },
)
