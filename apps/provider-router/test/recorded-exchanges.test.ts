// Exchanges recorded at the real providers, replayed through their own SDKs and our adapters. The recordings live
// beside a checkout of this repository, not in it; without them this file says so and skips.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { billedUsage } from './replay/billed-usage.ts'
import { callAdapter } from './replay/call-adapter.ts'
import { alterations } from './replay/alterations.ts'
import { differences } from './replay/differences.ts'
import { asSdkShows, exchangeNames, loadExchange, loadExpected } from './replay/exchange.ts'
import { expectedFailures } from './replay/expected-failures.ts'
import { findRecordings, type Recordings } from './replay/recordings.ts'
import { startRecordedReplay } from './replay/recorded-replay.ts'
import type { Replay } from './replay/replay.ts'

const recordings = findRecordings(process.env)

test.runIf(recordings === undefined)('the recorded exchanges are replayed', (context) => {
  const why = 'skipped: no recordings beside this checkout, and none named by BRAINLYX_FIXTURES'
  process.stderr.write(`recorded exchanges ${why}\n`)
  context.skip(why)
})
if (recordings !== undefined) replayAll(recordings)

function replayAll({ folder, replayProgram, count }: Recordings): void {
  const exchanges = exchangeNames(folder).map((name) => loadExchange(folder, name))
  const streams = exchanges.filter(({ kind }) => kind === 'stream')
  const errors = exchanges.filter(({ kind }) => kind === 'error')
  const ran = new Set<string>()
  let replay: Replay

  beforeAll(async () => {
    replay = await startRecordedReplay(replayProgram, folder)
  })
  afterAll(() => replay.close())

  describe.each(['1', '7', 'line', 'event', 'all', 'random:1'])('in chunks of %s', (chunk) => {
    beforeAll(() => replay.behave({ chunk }))

    test.each(exchanges)(
      '$name means what its recording says',
      { timeout: 60_000 },
      async (exchange) => {
        const outcome = await callAdapter(replay, exchange)
        const expected = asSdkShows(exchange, loadExpected(folder, exchange.name))
        expect(differences(expected, outcome).join('\n')).toBe('')
        expect(outcome.answer.usage).toEqual(billedUsage(exchange.provider, expected.usage))
        ran.add(exchange.name)
      },
    )
  })

  // Google alone names a total, so that it can be checked that nothing is counted twice or left out.
  describe('a total', () => {
    beforeAll(() => replay.behave({ chunk: 'all' }))

    const totalled = exchanges
      .map((exchange) => ({
        exchange,
        total: loadExpected(folder, exchange.name).usage?.['total'],
      }))
      .filter(({ total }) => total != null)
    test.each(totalled)(
      'of $exchange.name is its input and output',
      async ({ exchange, total }) => {
        const { usage } = (await callAdapter(replay, exchange)).answer
        expect((usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0)).toBe(total)
      },
    )
  })

  describe('errors', () => {
    beforeAll(() => replay.behave({ chunk: 'all' }))

    test.each(errors)('$name is the same error to a call that streams', async (exchange) => {
      const outcome = await callAdapter(replay, exchange, 'stream')
      expect(differences(loadExpected(folder, exchange.name), outcome).join('\n')).toBe('')
    })

    const known = errors.flatMap((exchange) => {
      const failure = expectedFailures[exchange.name]
      return failure === undefined ? [] : [{ exchange, ...failure }]
    })
    test.each(known)(
      '$exchange.name is $code, retryable $retryable',
      async ({ exchange, code, retryable, retryAfterMs = null }) => {
        const { error } = await callAdapter(replay, exchange)
        expect(error).toMatchObject({ code, retryable, retryAfterMs })
      },
    )
    test.runIf(count !== null)('every recorded error has its place in that table', () => {
      expect(Object.keys(expectedFailures).sort()).toEqual(errors.map(({ name }) => name).sort())
    })
  })

  describe.each(['end', 'destroy'] as const)('cut off in the middle (%s)', (truncateHow) => {
    beforeAll(() => replay.behave({ truncate: '60%', truncateHow }))

    const cuttable = streams.filter(({ body }) => body !== '')
    test.each(cuttable)('$name is no answer and ends in an error', async (exchange) => {
      const { answer, error } = await callAdapter(replay, exchange)
      expect(answer.complete).toBe(false)
      const { error: ownError } = loadExpected(folder, exchange.name)
      // What failed at the provider may have said so before the cut.
      if (ownError === null || error?.code === 'stream-cut') expect(error?.code).toBe('stream-cut')
      else expect(error?.raw).toEqual(ownError)
    })
  })

  describe('near its end', () => {
    beforeAll(() => replay.behave({ truncate: '97%', truncateHow: 'end' }))

    test.each(streams)('$name is either cut, or whole and the same', async (exchange) => {
      const { answer, error } = await callAdapter(replay, exchange)
      const expected = loadExpected(folder, exchange.name)
      expect(answer.complete, 'complete exactly when nothing failed').toBe(error === null)
      if (error !== null) return
      expect(answer).toMatchObject({ text: expected.text, finishRaw: expected.finish })
      expect(answer.toolCalls).toHaveLength(expected.tool_calls.length)
    })
  })

  describe('the comparison itself', () => {
    beforeAll(() => replay.behave({ chunk: 'event' }))

    test.runIf(count !== null).each(alterations)(
      'finds that $field of $name was altered',
      async ({ name, field, alter }) => {
        const outcome = await callAdapter(replay, loadExchange(folder, name))
        const found = differences(alter(loadExpected(folder, name)), outcome)
        expect(found).toEqual([expect.stringMatching(`^${field}: `)])
      },
    )
  })

  test('every recording was replayed', () => {
    expect([...ran].sort()).toEqual(exchanges.map(({ name }) => name))
    if (count !== null) expect(ran.size).toBe(count)
  })
}
