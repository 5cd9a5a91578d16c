import { setTimeout as sleep } from 'node:timers/promises'
import { providerCalls } from '../check/stored.ts'
import { PACE, TOKENS, beginTurns, inVolleys, order, setPace } from './stage.ts'
import type { Row, Stage, Strike } from './stage.ts'

const MIDDLE = TOKENS / 2
const DOWN_MS = 10_000

export const PROVIDER_ROWS: readonly Row[] = [
  ...[
    { name: 'provider cuts the stream', fault: `cut-after-${MIDDLE}` },
    { name: 'provider stalls', fault: `stall-after-${MIDDLE}` },
    { name: 'provider sends garbage', fault: `garbage-after-${MIDDLE}` },
    { name: 'provider answers 429', fault: '429' },
  ].map(({ name, fault }) => ({
    name,
    about: `${fault}, each turn's first call`,
    run: async (stage: Stage) => ({
      strikes: await inVolleys(stage.turns, (count) => volley(stage, count, fault, count)),
    }),
  })),
  {
    name: 'all providers down',
    about: `503 from everywhere for ${DOWN_MS / 1000} s, while turns begin`,
    run: async (stage) => ({
      strikes: await inVolleys(stage.turns, (count) => volley(stage, count, '503', undefined)),
    }),
  },
]

/** @param times undefined: all calls, until it is over */
async function volley(
  stage: Stage,
  count: number,
  fault: string,
  times: number | undefined,
): Promise<Strike> {
  await setPace(stage, PACE)
  await order(stage, 'POST', 'faults', { fault, ...(times === undefined ? {} : { times }) })
  const struckAt = Date.now()
  const turns = beginTurns(stage, count)
  const over =
    times === undefined ? sleep(DOWN_MS).then(() => order(stage, 'DELETE', 'faults')) : undefined
  await Promise.all([over, ...turns.map(({ done }) => done)])
  await order(stage, 'DELETE', 'faults')
  const calls = await providerCalls(stage.cluster.simulator.origin, struckAt)
  const struck = new Set(calls.filter((call) => call.fault !== '').map(({ prompt }) => prompt))
  const histories = turns.map(({ history }) => history)
  return {
    histories,
    touched: histories.filter(({ prompt }) => struck.has(prompt)),
    struckAt,
    healedAt: times === undefined ? struckAt + DOWN_MS : struckAt,
  }
}
