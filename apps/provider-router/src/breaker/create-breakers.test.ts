import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { RouterFile } from '../config/router-file.ts'
import { soleReplica } from '../coordination/coordination.ts'
import type { Coordination } from '../coordination/coordination.ts'
import type { BreakerRecord } from './breaker-record.ts'
import type { Breakers } from './breakers.ts'
import { createBreakers } from './create-breakers.ts'
import type { BreakerChange } from './create-breakers.ts'

const settings = RouterFile.shape.breaker.parse(undefined)
let nowMs = 1_000_000
const opened: Breakers[] = []
afterEach(() => {
  for (const breakers of opened.splice(0)) breakers.close()
})

function breakersOf(
  coordination: Coordination = soleReplica('alone'),
  onChange?: (change: BreakerChange) => void,
): Breakers {
  const breakers = createBreakers({
    settings: () => settings,
    nowMs: () => nowMs,
    random: () => 0.5,
    coordination,
    onChange,
  })
  opened.push(breakers)
  return breakers
}

function fail(breakers: Breakers, id: string): void {
  for (let made = 0; made < 5; made++) breakers.admit(id, true)!.settle('failure')
}

test('one replica alone opens, probes, closes and ramps, and says so', () => {
  const changes: string[] = []
  const breakers = breakersOf(undefined, ({ deploymentId, from, to }) =>
    changes.push(`${deploymentId}: ${from} → ${to}`),
  )
  fail(breakers, 'a')
  expect(breakers.admit('a')).toBeUndefined()
  expect(breakers.admit('b')).toBeDefined()
  nowMs = breakers.view('a').openUntilMs!
  expect(breakers.view('a')).toMatchObject({ state: 'half-open', weight: 0.1 })
  for (let probes = 0; probes < 2; probes++) breakers.admit('a')!.settle('success')
  expect(breakers.view('a').state).toBe('ramping')
  expect(changes).toEqual(['a: closed → open', 'a: open → half-open', 'a: half-open → ramping'])
})

test('it says within a second what no call brought about', () => {
  vi.useFakeTimers()
  const onChange = vi.fn()
  const breakers = breakersOf(undefined, onChange)
  for (let made = 0; made < 40; made++) {
    breakers.admit('a', true)!.settle(made % 4 === 0 ? 'failure' : 'success')
  }
  vi.advanceTimersByTime(1_000)
  expect(onChange).toHaveBeenLastCalledWith({ deploymentId: 'a', from: 'closed', to: 'reduced' })
  nowMs += 10_000
  vi.advanceTimersByTime(1_000)
  expect(onChange).toHaveBeenLastCalledWith({ deploymentId: 'a', from: 'reduced', to: 'closed' })
  breakers.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

test('to look at what was never called makes nothing', () => {
  expect(breakersOf().view('a')).toMatchObject({ state: 'closed', weight: 1, calls: 0 })
})

test('thousands of names that callers made up push out neither what is open nor what is in use', () => {
  const breakers = breakersOf()
  fail(breakers, 'broken')
  breakers.admit('in-use')!.settle('success')
  for (let name = 0; name < 3_000; name++) {
    nowMs++
    breakers.view('in-use')
    breakers.admit(`made-up/${name}`)!.settle('success')
  }
  expect(breakers.view('broken').state).toBe('open')
  expect(breakers.view('in-use').calls).toBe(1)
  expect(breakers.view('made-up/0').calls).toBe(0)
  expect(breakers.view('made-up/2999').calls).toBe(1)
})

/** Of which a test says what arrives, and when. */
function told(): { coordination: Coordination; tell: (records: unknown[]) => void } {
  const listeners = new Map<string, (message: unknown) => void>()
  return {
    coordination: {
      ...soleReplica('told'),
      subscribe: (topic, listener) => {
        listeners.set(topic, listener)
        return () => {}
      },
    },
    tell: (records) => listeners.get('breaker-standings')!({ records }),
  }
}

const record = fc.record({
  id: fc.constant('a'),
  version: fc.integer({ min: 1, max: 1e6 }),
  state: fc.constantFrom('closed', 'open', 'half-open'),
  timesOpened: fc.nat({ max: 9 }),
  goodProbes: fc.nat({ max: 1 }),
  inMs: fc.constant(20_000),
})
const ofDistinctVersions = fc.uniqueArray(record, {
  minLength: 1,
  selector: ({ version }) => version,
})

test('in whatever order and how often news arrives, the newest holds', () => {
  fc.assert(
    fc.property(
      ofDistinctVersions.chain((records) =>
        fc.tuple(
          fc.constant(records),
          fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 }),
        ),
      ),
      ([records, arriving]) => {
        const { coordination, tell } = told()
        const breakers = breakersOf(coordination)
        for (const each of arriving) tell([each])
        const newest = records.reduce((one, other) => (one.version > other.version ? one : other))
        const { state } = breakers.view('a')
        // Alone it may probe where that is due; and what has just closed is ramping.
        expect(state).toBe(newest.state === 'closed' ? 'ramping' : newest.state)
        breakers.close()
      },
    ),
  )
})

test('a late message opens nothing that has closed since, and nonsense changes nothing', () => {
  const { coordination, tell } = told()
  const breakers = breakersOf(coordination)
  const closed: BreakerRecord = {
    id: 'a',
    version: 7_000,
    state: 'closed',
    timesOpened: 1,
    goodProbes: 2,
    inMs: -60_000,
  }
  tell([closed])
  tell([{ ...closed, version: 6_999, state: 'open', inMs: 30_000 }])
  tell([{ ...closed, version: 8_000, state: 'resting' }, { id: 'a' }, null])
  expect(breakers.view('a').state).toBe('closed')
  tell([{ ...closed, version: 9_000, state: 'open', inMs: 30_000 }])
  expect(breakers.view('a')).toMatchObject({ state: 'open', openUntilMs: nowMs + 30_000 })
})
