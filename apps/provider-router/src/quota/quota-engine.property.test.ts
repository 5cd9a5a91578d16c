import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LimitsInput } from '../config/router-file.ts'
import { MemoryBooks } from './memory-books.ts'
import type { Reservation } from './quotas.ts'
import { isReservation, quotasUnderTest, scopeOf } from './quotas-under-test.ts'
import type { Answers } from './shared/shared-books.ts'

const REPLICAS = 2
const MOST_TOKENS = 40
const STEP_MS = 20

type Reach = 'prompt' | 'late' | 'cut' | 'reply lost'

/** Some time in which each replica wants so many calls a step, some of which end. */
interface Phase {
  readonly steps: number
  readonly calls: readonly [number, number]
  readonly tokens: number
  readonly settled: number
  /** Of the estimate; undefined: the call never reached the provider. */
  readonly used: number | undefined
  readonly reach: readonly [Reach, Reach]
  /** Without any calls, afterwards. */
  readonly restMs: number
}

function phases(
  reach: readonly [readonly Reach[], readonly Reach[]],
  rests: fc.Arbitrary<number> = anyRest,
): fc.Arbitrary<Phase[]> {
  const calls = fc.oneof(fc.constant(0), fc.nat({ max: 3 }), fc.nat({ max: 100 }))
  const phase = fc.record<Phase>({
    steps: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 60 })),
    calls: fc.tuple(calls, calls),
    tokens: fc.integer({ min: 1, max: MOST_TOKENS }),
    settled: fc.nat({ max: 20 }),
    used: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    reach: fc.tuple(fc.constantFrom(...reach[0]), fc.constantFrom(...reach[1])),
    restMs: rests,
  })
  return fc.array(phase, { minLength: 1, maxLength: 12 })
}

const shortRest = fc.nat({ max: 1_000 })
const anyRest = fc.oneof(
  fc.constant(0),
  shortRest,
  fc.nat({ max: 30_000 }),
  fc.integer({ min: 57_000, max: 61_000 }),
)

interface Call {
  readonly atMs: number
  readonly reservation: Reservation
  tokens: number
  requests: number
}

/** Two replicas, and a provider that counts exactly what it sees of them. */
async function play(limits: LimitsInput, plan: readonly Phase[]) {
  const scope = scopeOf(limits)
  let reach: Phase['reach'] = ['prompt', 'prompt']
  let late: (() => void)[] = []
  const books = new MemoryBooks(() => world.sharedNowMs())
  const world = quotasUnderTest({
    stepMs: STEP_MS,
    random: () => 0.5,
    books: (index) =>
      books.of(`r${index}`, async (answer: () => Answers) => {
        const how = reach[index]!
        if (how === 'cut') throw new Error(how)
        const answers = answer()
        if (how === 'late') await new Promise<void>((resolve) => late.push(resolve))
        if (how === 'reply lost') throw new Error(how)
        return answers
      }),
    onTime() {
      for (const resolve of late) resolve()
      late = []
    },
    answered: () => new Promise((resolve) => void setImmediate(resolve)),
  })
  let inWindow: Call[] = []
  const running: Call[] = []
  const most = { requests: 0, tokens: 0, running: 0 }
  const note = (): void => {
    inWindow = inWindow.filter(({ atMs }) => atMs > world.nowMs() - 60_000)
    const sum = (kind: 'requests' | 'tokens'): number =>
      inWindow.reduce((total, call) => total + call[kind], 0)
    most.requests = Math.max(most.requests, sum('requests'))
    most.tokens = Math.max(most.tokens, sum('tokens'))
    most.running = Math.max(most.running, running.length)
  }
  const settle = (call: Call, share: number | undefined): void => {
    const tokens = share === undefined ? undefined : Math.floor(share * call.tokens)
    call.reservation.settle(tokens)
    // Only the first time counts.
    call.reservation.settle(undefined)
    call.reservation.settle(1_000)
    call.requests = tokens === undefined ? 0 : 1
    call.tokens = tokens ?? 0
  }
  for (const phase of plan) {
    reach = phase.reach
    for (let step = 0; step < phase.steps; step++) {
      for (const [index, engine] of world.replicas.entries()) {
        for (let wanted = phase.calls[index]!; wanted > 0; wanted--) {
          const held = engine.reserve([scope], phase.tokens)
          if (!isReservation(held)) break
          const call: Call = {
            atMs: world.nowMs(),
            reservation: held,
            tokens: phase.tokens,
            requests: 1,
          }
          inWindow.push(call)
          running.push(call)
        }
      }
      note()
      for (const call of running.splice(0, phase.settled)) settle(call, phase.used)
      await world.pass(STEP_MS)
    }
    await world.pass(phase.restMs)
  }
  /** All calls end, and the replicas too. */
  const end = async (): Promise<void> => {
    for (const call of running) settle(call, 0.5)
    reach = ['prompt', 'prompt']
    // Long enough for all that was not answered to be tried again.
    await world.pass(2_000)
    for (const engine of world.replicas) engine.close()
    await world.exchange()
  }
  return { most, books, calls: inWindow, end }
}

/** What replicas may add that come from far, until they are answered. */
function bound(limit: number, oneCall: number): number {
  const overdraft = Math.max(oneCall, Math.floor((limit * 0.05) / REPLICAS))
  return limit - Math.floor(limit * 0.01) + REPLICAS * overdraft
}

const limit = fc.integer({ min: 1, max: 400 })
const answers: Reach[] = ['prompt', 'late']
const failures: Reach[] = ['prompt', 'late', 'cut', 'reply lost']
const answering = phases([answers, answers])
const oneFailing = phases([answers, failures])
const runs = { numRuns: 100 }
/** They take seconds, on a busy machine many. */
const TIMEOUT_MS = 120_000

test(
  'requests stay within the limit, but for what replicas add that come from far',
  () =>
    fc.assert(
      fc.asyncProperty(limit, answering, async (requestsPerMinute, plan) => {
        const { most } = await play({ requestsPerMinute }, plan)
        expect(most.requests).toBeLessThanOrEqual(bound(requestsPerMinute, 1))
      }),
      runs,
    ),
  TIMEOUT_MS,
)

test(
  'tokens stay within the limit, but for one call of each replica',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8_000 }),
        answering,
        async (tokensPerMinute, plan) => {
          const { most } = await play({ tokensPerMinute }, plan)
          expect(most.tokens).toBeLessThanOrEqual(bound(tokensPerMinute, MOST_TOKENS))
        },
      ),
      runs,
    ),
  TIMEOUT_MS,
)

test(
  'calls at once are never more than the limit',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4 * REPLICAS, max: 100 }),
        answering,
        async (concurrency, plan) => {
          const { most } = await play({ concurrency }, plan)
          expect(most.running).toBeLessThanOrEqual(concurrency)
        },
      ),
      runs,
    ),
  TIMEOUT_MS,
)

test(
  'a replica whose answers alone are lost adds its fair share at most',
  () =>
    fc.assert(
      fc.asyncProperty(limit, oneFailing, async (requestsPerMinute, plan) => {
        const { most } = await play({ requestsPerMinute }, plan)
        const share = Math.max(1, requestsPerMinute / REPLICAS)
        expect(most.requests).toBeLessThanOrEqual(bound(requestsPerMinute, 1) + share)
      }),
      runs,
    ),
  TIMEOUT_MS,
)

test(
  'in the end all is counted that was used, once, whatever became of the answers',
  () => {
    const plans = phases([failures, failures], shortRest)
    const limits = fc.record({
      requestsPerMinute: fc.integer({ min: 1, max: 2_000 }),
      tokensPerMinute: fc.integer({ min: 1_000, max: 60_000 }),
    })
    return fc.assert(
      fc.asyncProperty(limits, plans, async (both, plan) => {
        const { books, calls, end } = await play(both, plan)
        await end()
        const used = (kind: 'requests' | 'tokens'): number =>
          calls.reduce((sum, call) => sum + call[kind], 0)
        expect(books.total('account', 'requests')).toBe(used('requests'))
        expect(books.total('account', 'tokens')).toBe(used('tokens'))
      }),
      runs,
    )
  },
  TIMEOUT_MS,
)
