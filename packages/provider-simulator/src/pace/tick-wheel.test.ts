import { afterEach, describe, expect, it } from 'vitest'
import { createTickWheel } from './tick-wheel.ts'
import type { TickWheel, WheelTask } from './tick-wheel.ts'

let nowMs = 0
let wheel: TickWheel | undefined
afterEach(() => wheel?.stop())

function wheelAt(startMs: number): { wheel: TickWheel; log: string[]; task: typeof task } {
  nowMs = startMs
  const log: string[] = []
  const made = createTickWheel({ now: () => nowMs, tickMs: 4, slots: 8 })
  wheel = made
  const task = (name: string, dueAtMs: number): WheelTask => {
    const it: WheelTask = { dueAtMs, cancelled: false, run: (at) => log.push(`${name}@${at}`) }
    made.schedule(it)
    return it
  }
  return { wheel: made, log, task }
}

describe('the tick wheel', () => {
  it('runs a task in the first tick at or after its time, never before', () => {
    const { wheel, log, task } = wheelAt(1000)
    task('a', 1005)
    wheel.advance(1004)
    expect(log).toEqual([])
    wheel.advance(1008)
    expect(log).toEqual(['a@1008'])
    wheel.advance(1040)
    expect(log).toHaveLength(1)
  })

  it('keeps a task that is due after more than one turn of the wheel', () => {
    const { wheel, log, task } = wheelAt(0)
    task('far', 100)
    for (let at = 4; at < 100; at += 4) wheel.advance(at)
    expect(log).toEqual([])
    wheel.advance(100)
    expect(log).toEqual(['far@100'])
  })

  it('catches up on everything after a pause longer than its turn', () => {
    const { wheel, log, task } = wheelAt(0)
    for (let at = 4; at <= 28; at += 4) task(`t${at}`, at)
    wheel.advance(10_000)
    expect(log).toHaveLength(7)
  })

  it('never runs a cancelled task', () => {
    const { wheel, log, task } = wheelAt(0)
    task('a', 4).cancelled = true
    wheel.advance(8)
    expect(log).toEqual([])
  })

  it('runs by its own timer', async () => {
    const real = createTickWheel({ now: () => performance.now() })
    wheel = real
    const dueAtMs = performance.now() + 10
    const ranAt = await new Promise<number>((resolve) => {
      real.schedule({ dueAtMs, cancelled: false, run: resolve })
    })
    expect(ranAt).toBeGreaterThanOrEqual(dueAtMs)
  })
})
