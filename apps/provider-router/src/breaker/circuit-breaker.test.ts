import { beforeEach, expect, test, vi } from 'vitest'
import { RouterFile } from '../config/router-file.ts'
import type { BreakerPermit } from './breakers.ts'
import { CircuitBreaker } from './circuit-breaker.ts'

const defaults = RouterFile.shape.breaker.parse(undefined)
let settings = defaults
let nowMs: number
let chance: number
let onMove = vi.fn()
let breaker: CircuitBreaker

beforeEach(() => {
  settings = defaults
  nowMs = 1_000_000
  chance = 0.5
  onMove = vi.fn()
  breaker = create()
})

function create(): CircuitBreaker {
  return new CircuitBreaker({
    settings: () => settings,
    nowMs: () => nowMs,
    random: () => chance,
    onMove,
  })
}

type Outcome = Parameters<BreakerPermit['settle']>[0]

function call(outcome: Outcome, times = 1): void {
  for (let made = 0; made < times; made++) breaker.admit(true)!.settle(outcome)
}

/** Half of them, or whatever share, in an order that never fails five times in a row. */
function calls(count: number, failures: number): void {
  for (let made = 0; made < count; made++) {
    const fails =
      Math.floor(((made + 1) * failures) / count) > Math.floor((made * failures) / count)
    call(fails ? 'failure' : 'success')
  }
}

function open(): void {
  call('failure', settings.consecutiveFailures)
  expect(breaker.view().state).toBe('open')
}

function halfOpen(): void {
  nowMs = breaker.view().openUntilMs!
  breaker.grantProbe()
  expect(breaker.view().state).toBe('half-open')
}

function close(): void {
  halfOpen()
  for (let probes = 0; probes < 2; probes++) breaker.admit(false)!.settle('success')
  expect(breaker.view().state).toBe('ramping')
}

test('at first all is well', () => {
  expect(breaker.view()).toEqual({
    state: 'closed',
    weight: 1,
    failureRate: 0,
    calls: 0,
    consecutiveFailures: 0,
    openUntilMs: undefined,
  })
  expect(breaker.admit(false)).toMatchObject({ probe: false })
})

test('five failures in a row open it, with a success between them they do not', () => {
  call('failure', 4)
  call('success')
  call('failure', 4)
  expect(breaker.view()).toMatchObject({ state: 'closed', consecutiveFailures: 4 })
  call('failure')
  expect(breaker.view()).toMatchObject({ state: 'open', weight: 0 })
  expect(breaker.admit(false)).toBeUndefined()
})

test('what says nothing of its health neither counts nor breaks a row', () => {
  call('failure', 4)
  call('neutral', 50)
  expect(breaker.view()).toMatchObject({ calls: 4, consecutiveFailures: 4 })
  call('failure')
  expect(breaker.view().state).toBe('open')
})

test('rates count from twenty calls on', () => {
  calls(19, 9)
  expect(breaker.view()).toMatchObject({ state: 'closed', weight: 1, calls: 19 })
  call('success')
  expect(breaker.view()).toMatchObject({ state: 'reduced', failureRate: 9 / 20 })
})

test('at half of the calls failing it opens', () => {
  calls(40, 19)
  expect(breaker.view().state).toBe('reduced')
  calls(2, 2)
  expect(breaker.view().state).toBe('open')
})

test('the weight falls evenly with the failure rate, from all to a tenth', () => {
  const weightAt = (failures: number): number => {
    breaker = create()
    calls(1_000, failures)
    return breaker.view().weight
  }
  expect([0, 20].map(weightAt)).toEqual([1, 1])
  expect(breaker.view().state).toBe('closed')
  expect(weightAt(21)).toBeCloseTo(0.99, 3)
  expect(weightAt(140)).toBeCloseTo(10 ** -0.5, 3)
  expect(weightAt(260)).toBeCloseTo(0.1, 3)
  expect(weightAt(499)).toBeCloseTo(0.1, 2)
})

test('one that is reduced may be called: its share is the strategy’s to give', () => {
  calls(1_000, 260)
  expect(breaker.view().state).toBe('reduced')
  expect(breaker.admit(false)).toMatchObject({ probe: false })
})

test('it stays reduced while few calls fail for want of calls, and recovers when none do', () => {
  calls(100, 30)
  nowMs += 10_000
  expect(breaker.view()).toMatchObject({ state: 'closed', calls: 0 })

  calls(100, 30)
  nowMs += 9_000
  calls(4, 1)
  nowMs += 1_000
  expect(breaker.view()).toMatchObject({ state: 'reduced', calls: 4, failureRate: 0.25 })
  nowMs += 9_000
  expect(breaker.view()).toMatchObject({ state: 'closed', weight: 1 })
})

test('it is open for longer each time, five minutes at most, within a tenth', () => {
  const openForMs = (): number => breaker.view().openUntilMs! - nowMs
  open()
  const times = [openForMs()]
  for (let reopened = 0; reopened < 11; reopened++) {
    halfOpen()
    breaker.admit(false)!.settle('failure')
    times.push(openForMs())
  }
  expect(times.map((ms) => Math.round(ms / 1_000))).toEqual([
    30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300,
  ])
  for (const [random, expected] of [
    [0, 27_000],
    [1, 33_000],
  ] as const) {
    breaker = create()
    chance = random
    open()
    expect(openForMs()).toBeCloseTo(expected)
  }
})

test('nobody probes before it is due, nor without the right to', () => {
  open()
  nowMs = breaker.view().openUntilMs! - 1
  breaker.grantProbe()
  expect(breaker).toMatchObject({ wantsProbe: false, mayProbe: false })
  nowMs++
  expect(breaker.wantsProbe).toBe(true)
  expect(breaker.admit(false)).toBeUndefined()
  expect(breaker.view().state).toBe('open')
})

test('one probe at a time, two good ones close it, and it comes back step by step', () => {
  open()
  halfOpen()
  expect(breaker.view().weight).toBe(0.1)
  const first = breaker.admit(false)!
  expect(first.probe).toBe(true)
  expect(breaker.view()).toMatchObject({ state: 'half-open', weight: 0 })
  expect(breaker.admit(false)).toBeUndefined()
  expect(breaker.admit(true)).toMatchObject({ probe: false })
  first.settle('success')
  expect(breaker.view().state).toBe('half-open')
  breaker.admit(false)!.settle('success')
  expect(breaker.view()).toMatchObject({ state: 'ramping', calls: 0 })
  expect(breaker.view().weight).toBeCloseTo(0.1)
  nowMs += 15_000
  expect(breaker.view().weight).toBeCloseTo(0.55)
  nowMs += 15_000
  expect(breaker.view()).toMatchObject({ state: 'closed', weight: 1 })
})

test('a bad probe opens it for longer, however late somebody made it', () => {
  open()
  halfOpen()
  nowMs += 1_000_000
  breaker.admit(false)!.settle('failure')
  expect(breaker.view().openUntilMs).toBe(nowMs + 60_000)
})

test('a good probe followed by a bad one starts over', () => {
  open()
  halfOpen()
  breaker.admit(false)!.settle('success')
  breaker.admit(false)!.settle('failure')
  halfOpen()
  breaker.admit(false)!.settle('success')
  expect(breaker.view().state).toBe('half-open')
})

test('the last deployment probes with whatever call there is', () => {
  open()
  halfOpen()
  expect(breaker.admit(true)).toMatchObject({ probe: true })
})

test('a probe that says nothing gives its place to the next at once', () => {
  open()
  halfOpen()
  breaker.admit(false)!.settle('neutral')
  breaker.admit(false)!.settle('success')
  expect(breaker.view().state).toBe('half-open')
  expect(breaker.admit(false)).toMatchObject({ probe: true })
})

test('a probe that never ends gives its place back after five minutes, and counts no longer', () => {
  open()
  halfOpen()
  const lost = breaker.admit(false)!
  nowMs += 299_999
  expect(breaker.admit(false)).toBeUndefined()
  nowMs += 1
  const next = breaker.admit(false)!
  expect(next.probe).toBe(true)
  lost.settle('failure')
  expect(breaker.view().state).toBe('half-open')
  next.settle('success')
  breaker.admit(false)!.settle('success')
  expect(breaker.view().state).toBe('ramping')
})

test('who loses the right to probe begins none, and the one that runs still counts', () => {
  open()
  halfOpen()
  const running = breaker.admit(false)!
  breaker.withdrawProbe()
  expect(breaker).toMatchObject({ mayProbe: false, wantsProbe: false })
  running.settle('failure')
  expect(breaker.view().state).toBe('open')
  halfOpen()
  breaker.withdrawProbe()
  expect(breaker.admit(false)).toBeUndefined()
  expect(breaker).toMatchObject({ wantsProbe: true, probeIdleMs: 0 })
})

test('it knows for how long its right to probe has been of no use', () => {
  open()
  halfOpen()
  nowMs += 5_000
  expect(breaker.probeIdleMs).toBe(5_000)
  const probe = breaker.admit(false)!
  expect(breaker.probeIdleMs).toBe(0)
  nowMs += 5_000
  probe.settle('success')
  nowMs += 1_000
  expect(breaker.probeIdleMs).toBe(1_000)
})

test('failures while it comes back open it again, for longer', () => {
  open()
  close()
  nowMs += 10_000
  calls(20, 10)
  expect(breaker.view()).toMatchObject({ state: 'open', openUntilMs: nowMs + 60_000 })
})

test('after two healthy minutes an opening is the first one again', () => {
  open()
  close()
  nowMs += 119_999
  open()
  expect(breaker.view().openUntilMs).toBe(nowMs + 60_000)
  close()
  nowMs += 120_000
  open()
  expect(breaker.view().openUntilMs).toBe(nowMs + 30_000)
})

test('calls that began before it opened or closed are old news afterwards', () => {
  const early = Array.from({ length: 5 }, () => breaker.admit(false)!)
  open()
  const forced = Array.from({ length: 5 }, () => breaker.admit(true)!)
  close()
  for (const permit of [...early, ...forced]) permit.settle('failure')
  expect(breaker.view()).toMatchObject({ state: 'ramping', calls: 0, consecutiveFailures: 0 })
})

test('a permit is settled once', () => {
  const permit = breaker.admit(false)!
  permit.settle('neutral')
  permit.settle('failure')
  expect(breaker.view().calls).toBe(0)
  open()
  halfOpen()
  const probe = breaker.admit(false)!
  probe.settle('success')
  probe.settle('success')
  expect(breaker.view().state).toBe('half-open')
})

test('calls elsewhere count in rates and in rows', () => {
  calls(12, 6)
  breaker.addElsewhere([{ ageSeconds: 3, successes: 5, failures: 2 }])
  expect(breaker.view()).toMatchObject({ state: 'closed', calls: 19, consecutiveFailures: 0 })
  breaker.addElsewhere([{ ageSeconds: 0, successes: 0, failures: 4 }])
  expect(breaker.view()).toMatchObject({ state: 'open' })

  breaker = create()
  call('failure', 3)
  breaker.addElsewhere([{ ageSeconds: 0, successes: 0, failures: 2 }])
  expect(breaker.view().state).toBe('open')
})

test('it tells of its calls only where some fail', () => {
  call('success', 3)
  expect(breaker.takeUntold()).toEqual([])
  breaker.addElsewhere([{ ageSeconds: 0, successes: 0, failures: 1 }])
  expect(breaker.takeUntold()).toEqual([{ ageSeconds: 0, successes: 3, failures: 0 }])
})

test('a standing told to another makes it stand alike, on its own clock', () => {
  const other = create()
  const copy = (): void => other.adopt(breaker.standing)
  open()
  nowMs += 10_000
  copy()
  expect(other.view()).toMatchObject({ state: 'open', openUntilMs: nowMs + 20_000 })
  halfOpen()
  copy()
  expect(other.view()).toMatchObject({ state: 'half-open', weight: 0 })
  breaker.admit(false)!.settle('success')
  copy()
  other.grantProbe()
  other.admit(false)!.settle('success')
  expect(other.view().state).toBe('ramping')
  nowMs += 6_000
  breaker.adopt(other.standing)
  expect(breaker.view().state).toBe('ramping')
  expect(breaker.view().weight).toBeCloseTo(0.28)
})

test('how often it opened elsewhere counts here as well', () => {
  breaker.adopt({ state: 'open', timesOpened: 3, goodProbes: 0, inMs: 0 })
  breaker.grantProbe()
  breaker.admit(false)!.settle('failure')
  expect(breaker.view().openUntilMs).toBe(nowMs + 120_000)
})

test('it says when it has moved by itself, and only then', () => {
  open()
  expect(onMove).toHaveBeenCalledTimes(1)
  halfOpen()
  expect(onMove).toHaveBeenCalledTimes(2)
  breaker.admit(false)!.settle('success')
  expect(onMove).toHaveBeenCalledTimes(3)
  breaker.admit(false)!.settle('success')
  expect(onMove).toHaveBeenCalledTimes(4)
  breaker.adopt({ state: 'open', timesOpened: 1, goodProbes: 0, inMs: 5 })
  expect(onMove).toHaveBeenCalledTimes(4)
})

test('settings that change count from then on', () => {
  calls(20, 4)
  expect(breaker.view().state).toBe('reduced')
  settings = { ...defaults, reduceAbove: 0.3 }
  expect(breaker.view().state).toBe('closed')
  settings = { ...defaults, consecutiveFailures: 1 }
  call('failure')
  expect(breaker.view().state).toBe('open')
})
