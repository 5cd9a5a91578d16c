// Recorded answers of the real providers, through a whole router to the official OpenAI SDK. They live beside a
// checkout of this repository, not in it; without them this file says so and skips.
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { billedUsage } from '../../test/replay/billed-usage.ts'
import { exchangeNames, loadExchange, loadExpected } from '../../test/replay/exchange.ts'
import type { Exchange, Expected } from '../../test/replay/exchange.ts'
import { expectedFailures } from '../../test/replay/expected-failures.ts'
import { startRecordedReplay } from '../../test/replay/recorded-replay.ts'
import { findRecordings } from '../../test/replay/recordings.ts'
import type { Recordings } from '../../test/replay/recordings.ts'
import type { Replay } from '../../test/replay/replay.ts'
import { collectStream } from './collect-stream.ts'
import type { Collected } from './collect-stream.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${REPLAY}/v1', keys: [key-CANARY-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${REPLAY}', keys: [key-CANARY-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${REPLAY}', keys: [key-CANARY-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${REPLAY}', keys: [key-CANARY-groq] }
deployments:
  - { id: openai/*, provider: openai, model: '*' }
  - { id: openai-responses/*, provider: openai, model: '*', api: responses }
  - { id: anthropic/*, provider: anthropic, model: '*', price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } }
  - { id: gemini/*, provider: gemini, model: '*' }
  - { id: groq/*, provider: groq, model: '*' }
`

const recordings = findRecordings(process.env)
test.runIf(recordings === undefined)('the recorded exchanges reach the OpenAI SDK', (context) => {
  const why = 'skipped: no recordings beside this checkout, and none named by BRAINLYX_FIXTURES'
  process.stderr.write(`recorded exchanges through the router ${why}\n`)
  context.skip(why)
})
if (recordings !== undefined) replayAll(recordings)

function replayAll({ folder, replayProgram, count }: Recordings): void {
  const exchanges = exchangeNames(folder).map((name) => loadExchange(folder, name))
  const answers = exchanges.filter(({ kind }) => kind !== 'error')
  const errors = exchanges.filter(({ kind }) => kind === 'error')
  const ran = new Set<string>()
  let replay: Replay
  let router: RouterUnderTest

  beforeAll(async () => {
    replay = await startRecordedReplay(replayProgram, folder)
    await replay.behave({ chunk: '7' })
    router = await startRouterUnderTest({ yaml: YAML, environment: { REPLAY: replay.origin } })
  })
  afterAll(async () => {
    await router.close()
    await replay.close()
  })

  const ask = (exchange: Exchange, stream: boolean): Promise<Collected> =>
    collectStream(router.client, {
      model: modelOf(exchange),
      messages: [{ role: 'user', content: 'Hello' }],
      stream,
    })

  test.each(answers)('$name', { timeout: 20_000 }, async (exchange) => {
    const expected = loadExpected(folder, exchange.name)
    const got = await ask(exchange, exchange.kind === 'stream')
    ran.add(exchange.name)
    if (expected.error !== null || !expected.complete) {
      expect(got.error).toBeInstanceOf(OpenAI.APIError)
      expectNoLeak(exchange, expected, got.error)
      return
    }
    expect(got.error).toBeUndefined()
    expect(got.choices[0]).toEqual({
      text: expected.text,
      reasoning: expected.reasoning ?? '',
      refusal: expected.refusal ?? '',
      finish: finishOf(expected),
      calls: expected.tool_calls.map((call) => ({
        id: call.id ?? (expect.stringMatching(/^call_\w{32}$/) as string),
        name: call.name,
        arguments: jsonOf(call.arguments),
      })),
    })
    if (expected.choices !== undefined) {
      expect(got.choices.map(({ text, finish }) => ({ text, finish }))).toEqual(expected.choices)
    }
    if (expected.model !== null) expect(got.model).toBe(expected.model)
    expect(got.usage).toEqual(usageOf(exchange, expected))
  })

  test.each(errors)('$name, whole and streamed', async (exchange) => {
    const expected = loadExpected(folder, exchange.name)
    for (const stream of [false, true]) {
      const { error } = await ask(exchange, stream)
      expect(error).toBeInstanceOf(OpenAI.APIError)
      expectNoLeak(exchange, expected, error)
      const known = expectedFailures[exchange.name]
      if (known === undefined) continue
      expect(error).toMatchObject({
        status: STATUS[known.code],
        error: { retryable: known.retryable },
      })
      if (known.retryAfterMs !== undefined) {
        expect(error).toMatchObject({ error: { retryAfterMs: known.retryAfterMs } })
        const seconds = Number((error as { headers: Headers }).headers.get('retry-after'))
        expect(seconds).toBe(known.retryAfterMs / 1000)
      }
    }
    ran.add(exchange.name)
  })

  describe.each(['end', 'destroy'] as const)('cut off in the middle (%s)', (truncateHow) => {
    beforeAll(() => replay.behave({ chunk: 'line', truncate: '60%', truncateHow }))

    const cuttable = answers.filter(({ kind, body }) => kind === 'stream' && body !== '')
    test.each(cuttable)('$name is an error and no answer', async (exchange) => {
      const { error, choices } = await ask(exchange, true)
      expect(error).toBeInstanceOf(OpenAI.APIError)
      const { text } = loadExpected(folder, exchange.name)
      expect(text.startsWith(choices[0]?.text ?? '')).toBe(true)
    })
  })

  test('every recording was played, and no key is in the log', () => {
    expect([...ran].sort()).toEqual(exchanges.map(({ name }) => name).sort())
    if (count !== null) expect(ran.size).toBe(count)
    expect(router.log()).not.toContain('CANARY')
  })
}

function modelOf(exchange: Exchange): string {
  const isResponses = exchange.provider === 'openai' && exchange.endpoint.includes('/responses')
  return `${isResponses ? 'openai-responses' : exchange.provider}/fx--${exchange.name}`
}

/** The status that callers get for each kind of failure. */
const STATUS: Readonly<Record<string, number>> = {
  'rate-limited': 429,
  'request-exceeds-limit': 429,
  'insufficient-quota': 429,
  'bad-credential': 502,
  'model-not-found': 404,
  'context-too-long': 400,
  'invalid-request': 400,
  overloaded: 503,
  'provider-unavailable': 502,
}

/** Our error says nothing of what the provider's says: that may name keys, projects and organisations. */
function expectNoLeak(exchange: Exchange, expected: Expected, error: unknown): void {
  const { error: body } = error as { error: unknown }
  const ours = JSON.stringify(body)
  expect(ours).not.toMatch(/CANARY|org[-_]|proj[-_]|sk-|gsk_|https?:/)
  const theirs = (expected.error as { message?: string } | null)?.message
  if (theirs) expect(ours, exchange.name).not.toContain(theirs.slice(0, 40))
}

/** OpenAI's four words, by the providers' documents; a call of the caller's tools goes before a plain stop. */
function finishOf({ finish, tool_calls: calls }: Expected): string {
  const word = finish ?? ''
  if (/^(length|max_tokens|MAX_TOKENS|incomplete:max_output_tokens)$/.test(word)) return 'length'
  if (word.startsWith('blocked:') || FILTERED.has(word)) return 'content_filter'
  return calls.length > 0 ? 'tool_calls' : 'stop'
}

const FILTERED = new Set([
  'content_filter',
  'refusal',
  'incomplete:content_filter',
  'SAFETY',
  'RECITATION',
  'PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  'MODEL_ARMOR',
])

function usageOf(exchange: Exchange, expected: Expected): unknown {
  const billed = billedUsage(exchange.provider, expected.usage)
  if (billed === null) return undefined
  return {
    prompt_tokens: billed.inputTokens,
    completion_tokens: billed.outputTokens,
    total_tokens: billed.inputTokens + billed.outputTokens,
    prompt_tokens_details: {
      cached_tokens: billed.cachedInputTokens,
      ...(billed.cacheWriteTokens > 0 ? { cache_write_tokens: billed.cacheWriteTokens } : {}),
    },
    completion_tokens_details: { reasoning_tokens: billed.reasoningTokens },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
