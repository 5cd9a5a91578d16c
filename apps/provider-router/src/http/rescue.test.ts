import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askRouter, explain, newPrompt } from './ask-router.ts'
import type { RouterAnswer } from './ask-router.ts'
import { collectStream } from './collect-stream.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

/** How a stream breaks, and what is made of it. The simulator’s pings are a second apart. */
const BREAKS = [
  { fault: 'cut-after-8', code: 'stream-cut', idleMs: 15_000 },
  { fault: 'end-after-8', code: 'stream-cut', idleMs: 15_000 },
  { fault: 'error-after-8', code: 'stream-error', idleMs: 15_000 },
  { fault: 'stall-after-8', code: 'timeout', idleMs: 300 },
  { fault: 'pings-after-8', code: 'timeout', idleMs: 1_300 },
]
/** Who takes over: one that goes on, one that is not known to, and one that is and does not. */
const RESCUERS = ['goes-on', 'begins-again', 'refuses']
const KINDS = ['openai', 'responses', 'anthropic', 'gemini', 'groq']
const PRICE = 'price: { inputUsdPerMillion: 1, outputUsdPerMillion: 4 }'

const YAML = `
# Here deployments fail by design, all the time.
breaker: { consecutiveFailures: 1000, minimumCalls: 10000 }
retryBudget: { minimumPerSecond: 1000 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  responses: { kind: openai, api: responses, name: Responses, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq] }
deployments:
  - { id: goes-on, provider: anthropic, model: claude-haiku-4-5 }
  - { id: begins-again, provider: openai, model: gpt-4.1-mini }
  - { id: refuses, provider: anthropic, model: claude-haiku-4-5+no-prefill, capabilities: { prefill: true }, ${PRICE} }
${BREAKS.map(({ fault, idleMs }) => `  - { id: ${fault}, provider: openai, model: gpt-4.1+${fault}, timeouts: { idleMs: ${idleMs} }, ${PRICE} }`).join('\n')}
${KINDS.map((kind) => `  - { id: ${kind}-cut, provider: ${kind}, model: any+cut-after-8, ${PRICE} }`).join('\n')}
${KINDS.map((kind) => `  - { id: ${kind}-stall, provider: ${kind}, model: any+stall-after-16, timeouts: { idleMs: 300 }, ${PRICE} }`).join('\n')}
${KINDS.map((kind) => `  - { id: ${kind}-whole, provider: ${kind}, model: any, capabilities: { prefill: true }, ${PRICE} }`).join('\n')}
models:
${BREAKS.flatMap(({ fault }) => RESCUERS.map((id) => `  ${fault}-${id}: { name: Any, deployments: [${fault}, ${id}] }`)).join('\n')}
${KINDS.map((kind) => `  ${kind}-stalls: { name: Any, deployments: [${kind}-stall, ${kind}-whole] }`).join('\n')}
${KINDS.flatMap((kind) => KINDS.map((other) => `  ${kind}-to-${other}: { name: Any, deployments: [${kind}-cut, ${other}-whole] }`)).join('\n')}
`

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({ yaml: YAML, environment: { SIMULATOR: simulator.url } })
})
afterAll(async () => {
  await router.close()
  await simulator.close()
})

const cells = BREAKS.flatMap(({ fault, code }) =>
  RESCUERS.map((rescuer) => ({ fault, code, rescuer })),
)

test.concurrent.each(cells)(
  'after $fault, where who takes over $rescuer, the answer is whole and both calls are accounted',
  async ({ fault, code, rescuer }) => {
    const prompt = newPrompt()
    const answer = await askRouter(router, {
      model: `${fault}-${rescuer}`,
      prompt,
      stream: true,
      stream_options: { include_usage: true },
      headers: { 'x-brainlyx-events': '1' },
    })
    expect(answer).toMatchObject({ text: simulatedAnswer(prompt).text, finish: 'stop', done: true })

    const ends = endsOf(answer)
    const refusal = rescuer === 'refuses' ? ['prefill-unsupported'] : []
    expect(ends.map(({ error }) => error?.code)).toEqual([code, ...refusal, undefined])
    const [broken, whole] = [ends[0]!, ends.at(-1)!]
    expect(broken).toMatchObject({ outcome: 'failed', usage: { estimated: true } })
    expect(broken.usage!.outputTokens).toBeGreaterThan(0)
    expect(
      ends.every(({ costPicoUsd, usage }) => (costPicoUsd === null) === (usage === null)),
    ).toBe(true)
    // What is gone on with is of both calls; what is begun again is of the last one alone.
    const isOfBoth = rescuer === 'goes-on'
    const carried = isOfBoth ? broken.usage!.outputTokens : 0
    expect(answer.usage?.completion_tokens).toBe(carried + whole.usage!.outputTokens)
    expect(answer.events.some(({ type }) => type === 'restart')).toBe(!isOfBoth)

    const attempts = simulator.attempts({ prompt })
    expect(attempts.at(-1)).toMatchObject({ continued: isOfBoth, endedBy: 'completed' })
    expect(attempts.at(-1)!.tokensInAnswer).toBe(whole.usage!.outputTokens)
    const decision = await explain(router, answer)
    expect(decision.outcome).toEqual({ type: 'answered', deployment: rescuer })
    expect(decision.attempts.map(({ end }) => end)).toEqual(ends)
    expect(decision.attempts.at(-1)!.why).toBe(
      isOfBoth
        ? 'goes on from what the caller has'
        : 'begins the answer again, as the caller is told',
    )
  },
)

test.concurrent.each(cells)(
  'after $fault, where who takes over $rescuer, the OpenAI SDK notices nothing',
  async ({ fault, rescuer }) => {
    const prompt = newPrompt()
    const { choices, error, usage } = await collectStream(router.client, {
      model: `${fault}-${rescuer}`,
      messages: [{ role: 'user', content: prompt }],
      stream: true,
    })
    expect(error).toBeUndefined()
    expect(choices).toMatchObject([{ text: simulatedAnswer(prompt).text, finish: 'stop' }])
    expect(usage?.completion_tokens).toBeGreaterThan(0)
  },
)

test.concurrent.each(KINDS.flatMap((from) => KINDS.map((to) => ({ from, to }))))(
  'what $from has begun, $to goes on with',
  async ({ from, to }) => {
    const prompt = newPrompt()
    const question = { model: `${from}-to-${to}`, prompt, stream: true }
    expect(await askRouter(router, question)).toMatchObject({
      text: simulatedAnswer(prompt).text,
      done: true,
      error: null,
    })
    const attempts = simulator.attempts({ prompt })
    expect(attempts).toMatchObject([{ endedBy: 'fault' }, { endedBy: 'completed' }])
  },
)

test.concurrent.each(KINDS)('what %s leaves in silence is gone on with', async (kind) => {
  const prompt = newPrompt()
  const question = { model: `${kind}-stalls`, prompt, stream: true }
  expect(await askRouter(router, question)).toMatchObject({
    text: simulatedAnswer(prompt).text,
    done: true,
    error: null,
  })
  const attempts = simulator.attempts({ prompt })
  expect(attempts).toMatchObject([{ endedBy: 'client-abort' }, { endedBy: 'completed' }])
})

function endsOf({ events }: RouterAnswer) {
  return events.flatMap((event) => (event.type === 'attempt-end' ? [event] : []))
}
