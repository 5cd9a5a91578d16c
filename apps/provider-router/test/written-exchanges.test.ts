// Cases that no recording of ours shows: what the providers' documents allow, and what went wrong elsewhere.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anthropicExchanges } from './exchanges/anthropic.exchanges.ts'
import { geminiExchanges } from './exchanges/gemini.exchanges.ts'
import { groqExchanges } from './exchanges/groq.exchanges.ts'
import { openaiChatExchanges } from './exchanges/openai-chat.exchanges.ts'
import { openaiResponsesExchanges } from './exchanges/openai-responses.exchanges.ts'
import { callAdapter } from './replay/call-adapter.ts'
import { differences } from './replay/differences.ts'
import type { Replay } from './replay/replay.ts'
import { startWrittenReplay } from './replay/written-replay.ts'

const exchanges = [
  ...openaiChatExchanges,
  ...openaiResponsesExchanges,
  ...anthropicExchanges,
  ...geminiExchanges,
  ...groqExchanges,
]
const streams = exchanges.filter(({ kind }) => kind === 'stream')
let replay: Replay

beforeAll(async () => {
  replay = await startWrittenReplay(exchanges)
})
afterAll(() => replay.close())

describe.each(['1', '5', 'all'])('in chunks of %s', (chunk) => {
  beforeAll(() => replay.behave({ chunk }))

  test.each(exchanges)('$name', async (exchange) => {
    const outcome = await callAdapter(replay, exchange)
    expect(differences(exchange.expected, outcome).join('\n')).toBe('')
  })
})

describe('an answer in one piece to a call that streams', () => {
  beforeAll(() => replay.behave({}))

  test.each(exchanges.filter(({ kind }) => kind === 'json'))('$name', async (exchange) => {
    const outcome = await callAdapter(replay, exchange, 'stream')
    const { id, model } = outcome.answer
    // A call in one piece that fails gives no part at all; a stream has begun by then.
    expect(differences({ ...exchange.expected, id, model }, outcome)).toEqual([])
  })
})

// Google marks no end but the finish reason, so a model that names one in every chunk cannot be seen to be cut.
const cuttable = streams.filter(({ name }) => name !== 'gemini-stream-stop-in-every-chunk')

describe.each(['end', 'destroy'] as const)('cut off anywhere (%s)', (truncateHow) => {
  test.each(cuttable)('$name is an error, or whole and the same', async (exchange) => {
    for (let percent = 4; percent < 100; percent += 8) {
      await replay.behave({ truncate: `${percent}%`, truncateHow })
      const { answer, error } = await callAdapter(replay, exchange)
      if (error !== null) continue
      expect(answer.complete).toBe(true)
      const { text, finish, tool_calls: calls } = exchange.expected
      expect([answer.text, answer.finishRaw], `cut at ${percent}%`).toEqual([text, finish])
      expect(answer.toolCalls).toHaveLength(calls.length)
    }
  })
})
