import { expect, test } from 'vitest'
import type { StreamPart } from '../adapters/stream-part.ts'
import { ChunkFormer } from './chunk-former.ts'
import { CompletionFormer } from './completion-former.ts'
import { legacyChunks, legacyCompletion } from './legacy-function-call.ts'

const TWO_CALLS: StreamPart[] = [
  { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'one' },
  { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{"n":1}' },
  { type: 'tool-call-end', choice: 0, index: 0 },
  { type: 'tool-call-start', choice: 0, index: 1, id: 'b', name: 'two' },
  { type: 'tool-call-end', choice: 0, index: 1 },
  { type: 'finish', choice: 0, reason: 'tool_calls', raw: 'tool_calls' },
]
const TEXT: StreamPart[] = [
  { type: 'text-delta', choice: 0, text: 'Hi', block: 0 },
  { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
]

function completionOf(parts: readonly StreamPart[]) {
  const former = new CompletionFormer('asked-for')
  for (const part of parts) former.add(part)
  return former.form({ id: 'chatcmpl-1', created: 5 })
}

function chunksOf(parts: readonly StreamPart[]) {
  return new ChunkFormer({ id: 'chatcmpl-1', created: 5, model: 'asked-for' }).add(parts)
}

test('the first call becomes the function call of an answer, and its reason', () => {
  const [choice] = legacyCompletion(completionOf(TWO_CALLS)).choices
  expect(choice).toMatchObject({
    finish_reason: 'function_call',
    message: { content: null, function_call: { name: 'one', arguments: '{"n":1}' } },
  })
  expect(choice?.message).not.toHaveProperty('tool_calls')
})

test('a stream tells the first call only, name first, then its arguments', () => {
  const told = legacyChunks(chunksOf(TWO_CALLS)).map(({ choices: [choice] }) => [
    choice?.delta,
    choice?.finish_reason,
  ])
  expect(told).toEqual([
    [{ role: 'assistant', content: '' }, null],
    [{ function_call: { name: 'one', arguments: '' } }, null],
    [{ function_call: { arguments: '{"n":1}' } }, null],
    [{}, 'function_call'],
  ])
})

test('an answer without a call is left as it is', () => {
  expect(legacyCompletion(completionOf(TEXT))).toEqual(completionOf(TEXT))
  expect(legacyChunks(chunksOf(TEXT))).toEqual(chunksOf(TEXT))
})
