// Recorded answers of the real providers, told as messages to Anthropic's SDK. They live beside a checkout of this
// repository, not in it; without them this file skips, as recorded-exchanges.test.ts says.
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { billedUsage } from '../../test/replay/billed-usage.ts'
import { EVERY_RECORDING } from '../../test/replay/every-recording.ts'
import { apiOf, exchangeNames, loadExchange, loadExpected } from '../../test/replay/exchange.ts'
import type { Exchange } from '../../test/replay/exchange.ts'
import { startRecordedReplay } from '../../test/replay/recorded-replay.ts'
import { findRecordings } from '../../test/replay/recordings.ts'
import type { Recordings } from '../../test/replay/recordings.ts'
import type { Replay } from '../../test/replay/replay.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'

const recordings = findRecordings(process.env)
describe.skipIf(recordings === undefined)('recorded exchanges, as messages', () => {
  if (recordings !== undefined) replayAll(recordings)
})

function replayAll({ folder, replayProgram }: Recordings): void {
  const exchanges = exchangeNames(folder).map((name) => loadExchange(folder, name))
  // Tools that take text cannot be offered by this API, so nobody calls one.
  const callsInText = ({ name }: Exchange): boolean =>
    loadExpected(folder, name).tool_calls.some((call) => !call.arguments.startsWith('{'))
  const answers = exchanges.filter((each) => each.kind !== 'error' && !callsInText(each))
  let replay: Replay
  let router: RouterUnderTest
  let client: Anthropic
  beforeAll(async () => {
    replay = await startRecordedReplay(replayProgram, folder)
    await replay.behave({ chunk: '7' })
    router = await startRouterUnderTest({
      yaml: EVERY_RECORDING,
      environment: { REPLAY: replay.origin },
    })
    client = new Anthropic({ baseURL: router.url, apiKey: router.client.apiKey, maxRetries: 0 })
  })
  afterAll(async () => {
    await router.close()
    await replay.close()
  })

  const ask = (exchange: Exchange): Promise<Anthropic.Message> => {
    const asked = {
      model: `${apiOf(exchange)}/fx--${exchange.name}`,
      max_tokens: 1_000,
      messages: [{ role: 'user' as const, content: 'Hello' }],
    }
    return exchange.kind === 'json'
      ? client.messages.create(asked)
      : client.messages.stream(asked).finalMessage()
  }

  test.each(answers)('$name', { timeout: 20_000 }, async (exchange) => {
    const expected = loadExpected(folder, exchange.name)
    if (expected.error !== null || !expected.complete) {
      await expect(ask(exchange)).rejects.toBeInstanceOf(Anthropic.AnthropicError)
      return
    }
    const message = await ask(exchange)
    expect(saidIn(message)).toEqual({
      text: expected.text + (expected.refusal ?? ''),
      reasoning: expected.reasoning ?? '',
      calls: expected.tool_calls.map(({ id, name, arguments: text }) => ({
        id: id ?? (expect.stringMatching(/^toolu_\w{24}$/) as string),
        name,
        input: JSON.parse(text) as unknown,
      })),
    })
    if (exchange.provider === 'anthropic') {
      expect(message.stop_reason).toBe(expected.finish)
      expect(message.content.map(({ type }) => type)).toEqual(ownBlocks(exchange))
    }
    const billed = billedUsage(exchange.provider, expected.usage)
    if (billed === null) return
    const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = billed
    expect(message.usage).toMatchObject({
      input_tokens: inputTokens - cachedInputTokens - cacheWriteTokens,
      cache_read_input_tokens: cachedInputTokens,
      cache_creation_input_tokens: cacheWriteTokens,
      output_tokens: outputTokens,
    })
  })

  describe('cut off in the middle', () => {
    beforeAll(() => replay.behave({ chunk: 'line', truncate: '60%', truncateHow: 'end' }))
    const cuttable = answers.filter(({ kind, body }) => kind === 'stream' && body !== '')
    test.each(cuttable)('$name fails', async (exchange) => {
      await expect(ask(exchange)).rejects.toBeInstanceOf(Anthropic.AnthropicError)
    })
  })
}

function saidIn({ content }: Anthropic.Message) {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
    ),
  }
}

/** What Anthropic itself sent, without the tools that it ran, between which its texts are one. */
function ownBlocks({ kind, body }: Exchange): string[] {
  const blocks =
    kind === 'json'
      ? (JSON.parse(body) as { content: { type: string; text?: string }[] }).content
      : [...body.matchAll(/^data: (.*"content_block_start".*)$/gm)].map(
          ([, data]) => (JSON.parse(data!) as { content_block: { type: string } }).content_block,
        )
  const own = blocks
    .map(({ type }) => type)
    .filter((type) => ['text', 'thinking', 'redacted_thinking', 'tool_use'].includes(type))
  return own.filter((type, place) => type !== 'text' || own[place - 1] !== 'text')
}
