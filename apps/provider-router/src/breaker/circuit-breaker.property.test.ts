import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RouterFile } from '../config/router-file.ts'
import type { BreakerPermit, BreakerState } from './breakers.ts'
import { CircuitBreaker, HEALTHY_AFTER_MS } from './circuit-breaker.ts'
import type { Standing } from './circuit-breaker.ts'

const settings = RouterFile.shape.breaker.parse(undefined)
const LONGEST_OPEN_MS = settings.longestOpenMs * 1.1
const LONGEST_PROBE_MS = 300_000

const OUTCOMES = ['success', 'failure', 'neutral'] as const
type Outcome = (typeof OUTCOMES)[number]

const outcome = fc.constantFrom(...OUTCOMES)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('call' as const),
      force: fc.boolean(),
      outcome: fc.option(outcome, { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('burst' as const), failures: fc.nat({ max: 30 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('settle' as const), which: fc.nat(), outcome }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 400_000 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('grant' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('withdraw' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('elsewhere' as const),
      ageSeconds: fc.nat({ max: 11 }),
      successes: fc.nat({ max: 30 }),
      failures: fc.nat({ max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('adopt' as const),
      state: fc.constantFrom('closed', 'open', 'half-open'),
      timesOpened: fc.nat({ max: 20 }),
      goodProbes: fc.nat({ max: 1 }),
      inMs: fc.integer({ min: -300_000, max: 300_000 }),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

interface Held {
  readonly permit: BreakerPermit
  readonly sinceMs: number
  isSettled: boolean
}

interface Admission {
  readonly force: boolean
  /** As seen just before. */
  readonly state: BreakerState
  readonly weight: number
  /** undefined where it was refused. */
  readonly probe: boolean | undefined
  /** How long the latest probe had been running; endless where none was. */
  readonly lastProbeForMs: number
}

/** A breaker with a clock of its own, and all calls it ever admitted. */
class Story {
  nowMs = 1_000
  admissions: Admission[] = []
  readonly breaker: CircuitBreaker
  readonly #held: Held[] = []
  /** The latest probe, unless it has ended or no longer matters. */
  #probe: Held | undefined

  constructor(random: () => number) {
    this.breaker = new CircuitBreaker({
      settings: () => settings,
      nowMs: () => this.nowMs,
      random,
      onMove: () => {},
    })
  }

  run(step: Step): void {
    const { breaker } = this
    if (step.type === 'call') this.#settle(this.#admit(step.force), step.outcome)
    else if (step.type === 'burst') {
      for (let made = 0; made < step.failures; made++) this.#settle(this.#admit(false), 'failure')
    } else if (step.type === 'settle') {
      const open = this.#held.filter(({ isSettled }) => !isSettled)
      this.#settle(open[step.which % Math.max(1, open.length)], step.outcome)
    } else if (step.type === 'wait') this.nowMs += step.ms
    else if (step.type === 'grant') breaker.grantProbe()
    else if (step.type === 'withdraw') breaker.withdrawProbe()
    else if (step.type === 'elsewhere') breaker.addElsewhere([step])
    else {
      if (step.state !== breaker.standing.state) this.#probe = undefined
      breaker.adopt(step)
    }
  }

  succeed(): void {
    this.#settle(this.#admit(false), 'success')
  }

  settleAllAgain(outcome: Outcome): void {
    for (const { permit, isSettled } of this.#held) if (isSettled) permit.settle(outcome)
  }

  #admit(force: boolean): Held | undefined {
    const { state, weight } = this.breaker.view()
    const permit = this.breaker.admit(force)
    const lastProbeForMs = this.nowMs - (this.#probe?.sinceMs ?? -Infinity)
    this.admissions.push({ force, state, weight, probe: permit?.probe, lastProbeForMs })
    if (permit === undefined) return undefined
    const held: Held = { permit, sinceMs: this.nowMs, isSettled: false }
    this.#held.push(held)
    if (permit.probe) this.#probe = held
    return held
  }

  #settle(held: Held | undefined, outcome: Outcome | undefined): void {
    if (held === undefined || outcome === undefined) return
    held.permit.settle(outcome)
    held.isSettled = true
    if (this.#probe === held) this.#probe = undefined
  }
}

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** @param check is called after each step, and with none at the end */
function forAllStories(
  check: (story: Story, step: Step | undefined, before: Standing) => void,
): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.infiniteStream(chance), (steps, chances) => {
      const story = new Story(() => chances.next().value)
      for (const each of steps) {
        const before = story.breaker.standing
        story.run(each)
        check(story, each, before)
      }
      check(story, undefined, story.breaker.standing)
    }),
    { numRuns: 300 },
  )
}

test('nobody is let in who should not be, and there is never more than one probe at once', () => {
  forAllStories(({ admissions }) => {
    for (const { force, state, probe, lastProbeForMs } of admissions.splice(0)) {
      if (force) expect(probe).toBeDefined()
      else if (state === 'open') expect(probe).toBeUndefined()
      else if (state === 'half-open') expect(probe).not.toBe(false)
      else expect(probe).toBe(false)
      if (probe !== true) continue
      expect(state).toBe('half-open')
      expect(lastProbeForMs).toBeGreaterThanOrEqual(LONGEST_PROBE_MS)
    }
  })
})

test('what it shows is always in its range', () => {
  forAllStories(({ breaker }) => {
    const { state, weight, failureRate, openUntilMs } = breaker.view()
    for (const share of [weight, failureRate]) {
      expect(share).toBeGreaterThanOrEqual(0)
      expect(share).toBeLessThanOrEqual(1)
    }
    if (state === 'closed') expect(weight).toBe(1)
    if (state === 'reduced' || state === 'ramping') expect(weight).toBeGreaterThanOrEqual(0.1)
    expect(openUntilMs !== undefined).toBe(state === 'open')
    expect(breaker.standing.inMs).toSatisfy(Number.isFinite)
  })
})

test('it opens for a time to come that is never too long, and ends it only by a probe when due', () => {
  forAllStories(({ breaker }, step, before) => {
    const after = breaker.standing
    if (step === undefined || step.type === 'adopt') return
    if (before.state !== 'open' && after.state === 'open') {
      expect(after.inMs).toBeGreaterThanOrEqual(settings.openMs * 0.9)
      expect(after.inMs).toBeLessThanOrEqual(LONGEST_OPEN_MS)
    }
    if (before.state !== 'open') return
    if (after.state === 'open') {
      const waitedMs = step.type === 'wait' ? step.ms : 0
      expect(after.inMs).toBeCloseTo(Math.max(before.inMs - waitedMs, -HEALTHY_AFTER_MS), 3)
    } else {
      expect([step.type, after.state]).toEqual(['grant', 'half-open'])
      expect(before.inMs).toBeLessThanOrEqual(0)
    }
  })
})

test('to settle again changes nothing', () => {
  forAllStories((story) => {
    const look = (): unknown => [story.breaker.view(), story.breaker.standing]
    const before = look()
    for (const outcome of OUTCOMES) story.settleAllAgain(outcome)
    expect(look()).toEqual(before)
  })
})

test('whatever has happened, calls that all succeed bring it back to its full weight', () => {
  forAllStories((story, step) => {
    if (step !== undefined) return
    const { breaker } = story
    const untilMs = story.nowMs + LONGEST_OPEN_MS + LONGEST_PROBE_MS + 60_000
    while (breaker.view().weight < 1 && story.nowMs < untilMs) {
      story.nowMs += 500
      breaker.grantProbe()
      story.succeed()
    }
    expect(breaker.view()).toMatchObject({ state: 'closed', weight: 1 })
  })
})
