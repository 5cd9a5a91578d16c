import type { ChatCompletionChunk, ToolCallDelta } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import { CustomChunks } from './custom-calls.ts'

type Choice = ChatCompletionChunk['choices'][number]

function tell(chunks: CustomChunks, ...choices: Choice[]) {
  const told = chunks.tell(
    choices.map((choice) => ({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk' as const,
      created: 5,
      model: 'm',
      choices: [choice],
    })),
  )
  return told.flatMap((chunk) =>
    chunk.choices.map(({ index, delta, finish_reason: finish }) => finish ?? { index, ...delta }),
  )
}

const calling = (call: ToolCallDelta, index = 0): Choice => ({
  index,
  delta: { tool_calls: [call] },
  finish_reason: null,
})
const finish: Choice = { index: 0, delta: {}, finish_reason: 'tool_calls' }
const begin = { id: 'call_1', function: { name: 'run', arguments: '' } }

test('an input that is told only by its end comes before the finish', () => {
  const chunks = new CustomChunks(new Set(['run']))
  expect(
    tell(
      chunks,
      calling({ index: 0, type: 'function', ...begin }),
      calling({ index: 0, function: { arguments: '{"query":' } }),
      calling({ index: 0, function: { arguments: '"SELECT 1"}' } }),
      finish,
    ),
  ).toEqual([
    {
      index: 0,
      tool_calls: [{ index: 0, id: 'call_1', type: 'custom', custom: { name: 'run', input: '' } }],
    },
    { index: 0, tool_calls: [{ index: 0, custom: { input: 'SELECT 1' } }] },
    'tool_calls',
  ])
})

test('calls of several choices and tools are kept apart', () => {
  const chunks = new CustomChunks(new Set(['run']))
  tell(chunks, calling({ index: 0, ...begin }), calling({ index: 0, ...begin }, 1))
  tell(chunks, calling({ index: 1, function: { name: 'look', arguments: '' } }))
  expect(
    tell(
      chunks,
      calling({ index: 0, function: { arguments: '{"input":"one' } }),
      calling({ index: 0, function: { arguments: '{"input":"two' } }, 1),
      calling({ index: 1, function: { arguments: '{}' } }),
    ),
  ).toEqual([
    { index: 0, tool_calls: [{ index: 0, custom: { input: 'one' } }] },
    { index: 1, tool_calls: [{ index: 0, custom: { input: 'two' } }] },
    { index: 0, tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
  ])
})

test('after a restart nothing is left of the call that broke off', () => {
  const chunks = new CustomChunks(new Set(['run']))
  tell(chunks, calling({ index: 0, ...begin }))
  tell(chunks, calling({ index: 0, function: { arguments: 'SELECT' } }))
  chunks.restart()
  expect(tell(chunks, finish)).toEqual(['tool_calls'])
})
