import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { askRouter, deploymentsAt, explain, newPrompt, sendQuestion } from '../http/ask-router.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'

/** So late that another has answered long before, however busy this machine is. */
const LATE = 'slow-first-token-1500'

function yaml(settings = 'hedgeRatio: 1', limits = ''): string {
  return `
${settings}
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] ${limits} }
deployments:
  - { id: first, provider: openai, model: gpt-4.1 }
  - { id: impatient, provider: openai, model: gpt-4.1-nano, timeouts: { firstTokenMs: 400, wholeMs: 400 } }
  - { id: second, provider: anthropic, model: claude-haiku-4-5 }
  - { id: third, provider: openai, model: gpt-4.1-mini }
models:
  hedged: { name: Hedged, deployments: [first, second, third], hedge: { afterMs: 50 } }
  of-two: { name: Of two, deployments: [first, second], hedge: { afterMs: 50 } }
  learning: { name: Learning, deployments: [first, second], hedge: {} }
  leaving: { name: Leaving, deployments: [impatient, second, third], hedge: { afterMs: 50 } }
  alone: { name: Alone, deployments: [first, second] }
`
}

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.clear())
afterAll(() => simulator.close())

async function withRouter(
  work: (router: RouterUnderTest) => Promise<void>,
  text = yaml(),
): Promise<void> {
  const router = await startRouterUnderTest({
    yaml: text,
    environment: { SIMULATOR: simulator.url },
  })
  try {
    await work(router)
  } finally {
    await router.close()
  }
}

const seen = (): string[] => simulator.attempts().map(({ model }) => model)
const endings = () =>
  Object.fromEntries(simulator.attempts().map(({ model, endedBy }) => [model, endedBy]))

test.each([true, false])(
  'where the first is silent the next is asked as well, and its answer is heard alone (streamed: %s)',
  (stream) =>
    withRouter(async (router) => {
      simulator.setFault({ model: 'gpt-4.1', fault: 'hang' })
      const prompt = newPrompt()
      const headers = { 'x-brainlyx-style': 'raw' }
      const answer = await askRouter(router, { model: 'hedged', prompt, stream, headers })
      expect(answer).toMatchObject({
        status: 200,
        deployment: 'second',
        attempts: 2,
        text: simulatedAnswer(prompt).text,
        finish: 'stop',
      })
      expect(seen()).toEqual(['gpt-4.1', 'claude-haiku-4-5'])
      // The provider's own log: the connection of the one that lost has been closed.
      await eventually(() =>
        expect(endings()).toEqual({ 'gpt-4.1': 'client-abort', 'claude-haiku-4-5': 'completed' }),
      )
      expect(await router.metrics()).toContain(
        'router_hedges_total{how="won",service="provider-router"} 1',
      )
    }),
)

test('both are announced before and settled after; the one that lost is billed its question, marked as estimated', () =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'gpt-4.1', fault: 'hang' })
    const headers = { 'x-brainlyx-events': '1' }
    const prompt = newPrompt()
    const answer = await askRouter(router, { model: 'hedged', prompt, stream: true, headers })
    const starts = answer.events.filter((event) => event.type === 'attempt-start')
    const ends = answer.events.filter((event) => event.type === 'attempt-end')
    expect(starts.map(({ deployment }) => deployment)).toEqual(['first', 'second'])
    expect(ends.map(({ attemptId }) => attemptId).toSorted()).toEqual(
      starts.map(({ attemptId }) => attemptId).toSorted(),
    )
    const endOf = (place: number) =>
      ends.find(({ attemptId }) => attemptId === starts[place]?.attemptId)
    expect(endOf(0)).toMatchObject({
      outcome: 'aborted',
      error: null,
      usage: { outputTokens: 0, estimated: true },
    })
    expect(endOf(0)?.usage?.inputTokens).toBeGreaterThan(0)
    expect(Number(endOf(0)?.costPicoUsd)).toBeGreaterThan(0)
    expect(endOf(1)).toMatchObject({ outcome: 'completed', usage: { estimated: false } })

    const { attempts, outcome } = await explain(router, answer)
    expect(attempts.map(({ deployment, end }) => [deployment, end?.outcome])).toEqual([
      ['first', 'aborted'],
      ['second', 'completed'],
    ])
    expect(attempts[1]?.why).toMatch(/^asked as well: first was silent for \d+ ms$/)
    expect(outcome).toEqual({ type: 'answered', deployment: 'second' })
  }))

test('the cost of an answer is that of both calls, its usage that of the one that was heard', () =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'gpt-4.1', fault: 'hang' })
    const answer = await askRouter(router, { model: 'hedged', prompt: newPrompt() })
    const { attempts } = await explain(router, answer)
    const costs = attempts.map(({ end }) => BigInt(end?.costPicoUsd ?? 0))
    expect(costs[0]).toBeGreaterThan(0n)
    expect(BigInt(answer.headers.get('x-brainlyx-cost-pico-usd') ?? 0)).toBe(costs[0]! + costs[1]!)
    expect(answer.usage).toMatchObject({
      completion_tokens: attempts[1]?.end?.usage?.outputTokens,
    })
  }))

test.each([true, false])(
  'a first that is late but sooner than the other is heard, and the other given up (streamed: %s)',
  (stream) =>
    withRouter(async (router) => {
      simulator.setFault({ model: 'gpt-4.1', fault: LATE })
      simulator.setFault({ model: 'claude-haiku-4-5', fault: 'hang' })
      const prompt = newPrompt()
      const headers = { 'x-brainlyx-style': 'raw' }
      const answer = await askRouter(router, { model: 'hedged', prompt, stream, headers })
      expect(answer).toMatchObject({ deployment: 'first', text: simulatedAnswer(prompt).text })
      await eventually(() =>
        expect(endings()).toEqual({ 'gpt-4.1': 'completed', 'claude-haiku-4-5': 'client-abort' }),
      )
      expect(await router.metrics()).toContain(
        'router_hedges_total{how="lost",service="provider-router"} 1',
      )
    }),
)

test('a caller that goes away takes both calls along, and nothing stays in flight', () =>
  withRouter(async (router) => {
    simulator.setFault({ fault: 'hang' })
    const caller = new AbortController()
    const question = { model: 'of-two', prompt: newPrompt(), stream: true, signal: caller.signal }
    const sent = sendQuestion(router, question).catch((error: unknown) => error)
    await eventually(() => expect(seen()).toEqual(['gpt-4.1', 'claude-haiku-4-5']))
    const during = await deploymentsAt(router)
    expect([during['first']?.inFlight, during['second']?.inFlight]).toEqual([1, 1])
    caller.abort()
    expect(await sent).toBeInstanceOf(Error)
    await eventually(() =>
      expect(endings()).toEqual({ 'gpt-4.1': 'client-abort', 'claude-haiku-4-5': 'client-abort' }),
    )
    const after = await deploymentsAt(router)
    expect([after['first']?.inFlight, after['second']?.inFlight]).toEqual([0, 0])
  }))

test('the deadline of a request ends both calls', () =>
  withRouter(async (router) => {
    simulator.setFault({ fault: 'hang' })
    const answer = await askRouter(router, { model: 'of-two', prompt: newPrompt(), stream: true })
    expect(answer).toMatchObject({ status: 504, attempts: 2, error: { code: 'timeout' } })
    await eventually(() =>
      expect(endings()).toEqual({
        'gpt-4.1': 'client-abort',
        'claude-haiku-4-5': 'client-abort',
      }),
    )
  }, yaml('hedgeRatio: 1\ndeadlineMs: 600')))

test('a first that fails in the end leaves the request to the other, and nobody else is asked', () =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'gpt-4.1-nano', fault: 'hang' })
    simulator.setFault({ model: 'claude-haiku-4-5', fault: LATE })
    const answer = await askRouter(router, { model: 'leaving', prompt: newPrompt(), stream: true })
    expect(answer).toMatchObject({ status: 200, deployment: 'second', attempts: 2 })
    const { attempts } = await explain(router, answer)
    expect(attempts.map(({ end }) => [end?.outcome, end?.error?.code])).toEqual([
      ['failed', 'timeout'],
      ['completed', undefined],
    ])
    expect(seen()).toEqual(['gpt-4.1-nano', 'claude-haiku-4-5'])
  }))

test('a second that fails changes nothing for the first', () =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'gpt-4.1', fault: LATE })
    simulator.setFault({ model: 'claude-haiku-4-5', fault: '400' })
    const prompt = newPrompt()
    const answer = await askRouter(router, { model: 'hedged', prompt, stream: true })
    expect(answer).toMatchObject({ status: 200, deployment: 'first', attempts: 2 })
    expect(seen()).toEqual(['gpt-4.1', 'claude-haiku-4-5'])
  }))

test('an answer that breaks off after it won goes on elsewhere, at last where the other was left', () =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'gpt-4.1', fault: 'hang', times: 1 })
    simulator.setFault({ model: 'claude-haiku-4-5', fault: 'cut-after-3' })
    const prompt = newPrompt()
    const headers = { 'x-brainlyx-style': 'raw' }
    const answer = await askRouter(router, { model: 'of-two', prompt, stream: true, headers })
    expect(answer).toMatchObject({ text: simulatedAnswer(prompt).text, finish: 'stop', done: true })
    expect(seen()).toEqual(['gpt-4.1', 'claude-haiku-4-5', 'gpt-4.1'])
  }))

test('without any setting a deployment is waited for as long as it usually needs', () =>
  withRouter(async (router) => {
    for (let each = 0; each < 20; each++) {
      const answer = await askRouter(router, {
        model: 'learning',
        prompt: newPrompt(),
        stream: true,
      })
      expect(answer).toMatchObject({ deployment: 'first', attempts: 1 })
    }
    simulator.setFault({ model: 'gpt-4.1', fault: 'hang' })
    const question = { model: 'learning', prompt: newPrompt(), stream: true }
    expect(await askRouter(router, question)).toMatchObject({ deployment: 'second', attempts: 2 })
  }))

test('of many requests those that one deployment would have left waiting are answered by the other, for few more calls', () =>
  withRouter(
    async (router) => {
      simulator.setFault({ model: 'gpt-4.1', fault: 'every-20-hang' })
      const answered = { first: 0, second: 0 }
      for (let each = 0; each < 100; each++) {
        const prompt = newPrompt()
        const headers = { 'x-brainlyx-style': 'raw' }
        const answer = await askRouter(router, { model: 'hedged', prompt, stream: true, headers })
        expect(answer).toMatchObject({ status: 200, text: simulatedAnswer(prompt).text })
        answered[answer.deployment as 'first' | 'second']++
      }
      // One in twenty would have waited for its time limit, and p99 with them; a busy machine may make a few more late.
      expect(answered.second).toBeGreaterThanOrEqual(5)
      expect(answered.first + answered.second).toBe(100)
      expect(simulator.attempts().length).toBeGreaterThanOrEqual(105)
      expect(simulator.attempts().length).toBeLessThanOrEqual(120)
      expect(await router.metrics()).not.toContain('outcome="failed"')
    },
    yaml('hedgeRatio: 0.2').replace('afterMs: 50', 'afterMs: 250'),
  ))

test('no more than the share of requests is hedged, also where all are late', () =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'gpt-4.1', fault: 'slow-first-token-400' })
    const ask = () => askRouter(router, { model: 'hedged', prompt: newPrompt(), stream: true })
    const answers = await Promise.all(Array.from({ length: 40 }, ask))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(simulator.attempts().length).toBeLessThanOrEqual(44)
    expect(simulator.attempts().length).toBeGreaterThan(40)
    const withheld = await Promise.all(answers.map((each) => explain(router, each)))
    expect(withheld.flatMap(({ steps }) => steps.map(({ what }) => what)).at(-1)).toMatch(
      /^silent for \d+ ms; not hedged: enough requests are hedged already$/,
    )
  }, yaml('hedgeRatio: 0.1')))

test.each([
  ['without a hedge in its model', yaml(), { model: 'alone' }, undefined],
  [
    'while the retry budget is spent',
    yaml('hedgeRatio: 1\nretryBudget: { ratio: 0, minimumPerSecond: 0 }'),
    { model: 'hedged' },
    'the retry budget is spent',
  ],
  ['with a budget of nothing', yaml('hedgeRatio: 0'), { model: 'hedged' }, 'enough requests are'],
  [
    'of a round of tools',
    yaml(),
    { model: 'hedged', tools: [{ type: 'function', function: { name: 'look' } }] },
    undefined,
  ],
  [
    'that goes on from a text',
    yaml(),
    {
      model: 'of-two',
      headers: { 'x-brainlyx-events': '1' },
      brainlyx: { continue: true },
      messages: [
        { role: 'user', content: 'What is a lighthouse for?' },
        { role: 'assistant', content: 'It' },
      ],
    },
    undefined,
  ],
] as const)('no request %s is hedged', (_, text, question, why) =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'gpt-4.1', fault: 'slow-first-token-300' })
    const answer = await askRouter(router, { prompt: newPrompt(), stream: true, ...question })
    expect(answer.status).toBe(200)
    expect(seen()).toEqual(['gpt-4.1'])
    const { steps } = await explain(router, answer)
    const told = steps.map(({ what }) => what).join()
    if (why === undefined) expect(told).toBe('')
    else expect(told).toContain(`not hedged: ${why}`)
  }, text),
)

test('nobody is asked as well whose quota is nearly used up', () =>
  withRouter(
    async (router) => {
      for (let each = 0; each < 9; each++) {
        await askRouter(router, { model: 'second', prompt: newPrompt() })
      }
      simulator.clear()
      simulator.setFault({ model: 'gpt-4.1', fault: 'slow-first-token-300' })
      const answer = await askRouter(router, { model: 'of-two', prompt: newPrompt(), stream: true })
      expect(answer).toMatchObject({ deployment: 'first', attempts: 1 })
      const { steps } = await explain(router, answer)
      expect(steps[0]?.what).toContain('not hedged: no other deployment is at ease')
    },
    yaml('hedgeRatio: 1', ', limits: { requestsPerMinute: 10 }'),
  ))

test('nobody is asked as well who has just failed; the next who has not is', () =>
  withRouter(async (router) => {
    simulator.setFault({ model: 'claude-haiku-4-5', fault: '500', times: 1 })
    await askRouter(router, { model: 'second', prompt: newPrompt(), stream: true })
    const { second } = await deploymentsAt(router)
    expect(second?.breaker.state).toBe('closed')
    simulator.clear()
    simulator.setFault({ model: 'gpt-4.1', fault: 'hang' })
    simulator.setFault({ model: 'claude-haiku-4-5', fault: '500' })
    const answer = await askRouter(router, { model: 'second', prompt: newPrompt(), stream: true })
    expect(answer.status).toBe(502)
    const hedged = await askRouter(router, { model: 'hedged', prompt: newPrompt(), stream: true })
    expect(hedged).toMatchObject({ deployment: 'third', attempts: 2 })
  }))
