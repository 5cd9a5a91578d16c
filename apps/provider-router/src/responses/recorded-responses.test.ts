// Recorded answers of the real providers, told as responses to the official SDK. They live beside a checkout of this
// repository, not in it; without them this file skips, as recorded-exchanges.test.ts says.
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { billedUsage } from '../../test/replay/billed-usage.ts'
import { EVERY_RECORDING } from '../../test/replay/every-recording.ts'
import { apiOf, exchangeNames, loadExchange, loadExpected } from '../../test/replay/exchange.ts'
import type { Exchange, Expected } from '../../test/replay/exchange.ts'
import { startRecordedReplay } from '../../test/replay/recorded-replay.ts'
import { findRecordings } from '../../test/replay/recordings.ts'
import type { Recordings } from '../../test/replay/recordings.ts'
import type { Replay } from '../../test/replay/replay.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'

type Response = OpenAI.Responses.Response
type Event = OpenAI.Responses.ResponseStreamEvent

const recordings = findRecordings(process.env)
describe.skipIf(recordings === undefined)('recorded exchanges, as responses', () => {
  if (recordings !== undefined) replayAll(recordings)
})

function replayAll({ folder, replayProgram }: Recordings): void {
  const exchanges = exchangeNames(folder).map((name) => loadExchange(folder, name))
  const answers = exchanges.filter(({ kind }) => kind !== 'error')
  let replay: Replay
  let router: RouterUnderTest
  beforeAll(async () => {
    replay = await startRecordedReplay(replayProgram, folder)
    await replay.behave({ chunk: '7' })
    router = await startRouterUnderTest({
      yaml: EVERY_RECORDING,
      environment: { REPLAY: replay.origin },
    })
  })
  afterAll(async () => {
    await router.close()
    await replay.close()
  })

  const ask = async (exchange: Exchange): Promise<{ events: Event[]; response?: Response }> => {
    const asked = { model: `${apiOf(exchange)}/fx--${exchange.name}`, input: 'Hello' }
    const { responses } = router.client
    if (exchange.kind === 'json') return { events: [], response: await responses.create(asked) }
    const events: Event[] = []
    for await (const event of await responses.create({ ...asked, stream: true })) events.push(event)
    return { events, response: (events.at(-1) as { response: Response }).response }
  }

  test.each(answers)('$name', { timeout: 20_000 }, async (exchange) => {
    const expected = loadExpected(folder, exchange.name)
    if (expected.error !== null || !expected.complete) {
      await expect(ask(exchange)).rejects.toBeInstanceOf(OpenAI.APIError)
      return
    }
    const { events, response } = await ask(exchange)
    expect(saidIn(response!)).toEqual({
      text: expected.text,
      refusal: expected.refusal ?? '',
      reasoning: expected.reasoning ?? '',
      calls: expected.tool_calls.map(({ id, name, arguments: text }) => ({
        id: id ?? (expect.stringMatching(/^call_\w{32}$/) as string),
        name,
        arguments: jsonOf(text),
      })),
    })
    expect(response!.status).toBe(statusOf(expected))
    const billed = billedUsage(exchange.provider, expected.usage)
    if (billed !== null) {
      expect(response!.usage).toEqual({
        input_tokens: billed.inputTokens,
        input_tokens_details: {
          cached_tokens: billed.cachedInputTokens,
          cache_write_tokens: billed.cacheWriteTokens,
        },
        output_tokens: billed.outputTokens,
        output_tokens_details: { reasoning_tokens: billed.reasoningTokens },
        total_tokens: billed.inputTokens + billed.outputTokens,
      })
    }
    if (exchange.kind === 'json') return
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place))
    expect(deltasOf(events)).toEqual({ text: expected.text, reasoning: expected.reasoning ?? '' })
    const done = events.flatMap((event) =>
      event.type === 'response.output_item.done' ? [event.item] : [],
    )
    expect(response!.output).toEqual(expect.arrayContaining(done))
    expect(done).toHaveLength(response!.output.length)
  })

  describe('cut off in the middle', () => {
    beforeAll(() => replay.behave({ chunk: 'line', truncate: '60%', truncateHow: 'end' }))
    const cuttable = answers.filter(({ kind, body }) => kind === 'stream' && body !== '')
    test.each(cuttable)('$name fails', async (exchange) => {
      await expect(ask(exchange)).rejects.toBeInstanceOf(OpenAI.APIError)
    })
  })
}

function saidIn({ output }: Response) {
  const contents = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  return {
    text: contents.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    refusal: contents.map((part) => (part.type === 'refusal' ? part.refusal : '')).join(''),
    reasoning: output
      .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
      .map(({ text }) => text)
      .join(''),
    calls: output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ id: item.call_id, name: item.name, arguments: jsonOf(item.arguments) }]
        : [],
    ),
  }
}

function deltasOf(events: readonly Event[]): { text: string; reasoning: string } {
  const joined = (type: string): string =>
    events.map((event) => (event.type === type ? (event as { delta: string }).delta : '')).join('')
  return {
    text: joined('response.output_text.delta'),
    reasoning: joined('response.reasoning_summary_text.delta'),
  }
}

const WHOLE = new Set([
  'stop',
  'tool_calls',
  'completed',
  'end_turn',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'STOP',
  'UNEXPECTED_TOOL_CALL',
])

function statusOf({ finish }: Expected): string {
  return WHOLE.has(finish ?? '') ? 'completed' : 'incomplete'
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
