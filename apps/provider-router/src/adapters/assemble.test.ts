import { expect, test } from 'vitest'
import { AnswerAssembler, assemble } from './assemble.ts'
import type { StreamPart } from './stream-part.ts'

const start: StreamPart = { type: 'response-start', id: 'msg_1', model: 'm-1' }
const text = (words: string, block = 0, choice = 0): StreamPart => ({
  type: 'text-delta',
  choice,
  text: words,
  block,
})
const finish = (choice = 0): StreamPart => ({ type: 'finish', choice, reason: 'stop', raw: 'STOP' })
const usage = (input: number, output: number): StreamPart => ({
  type: 'usage',
  usage: {
    inputTokens: input,
    outputTokens: output,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false,
  },
  raw: { input, output },
})

test('text blocks stay apart and join without a gap', () => {
  const answer = assemble([start, text('Hel'), text('lo'), text(' there', 1), finish()])
  expect(answer).toMatchObject({ id: 'msg_1', model: 'm-1', text: 'Hello there' })
  expect(answer.textParts).toEqual(['Hello', ' there'])
  expect(answer.complete).toBe(true)
})

test('usage that is sent again replaces the one before and is never added to it', () => {
  const answer = assemble([start, usage(5, 1), usage(5, 9), finish()])
  expect(answer.usageRaw).toEqual({ input: 5, output: 9 })
  expect(answer.usage).toMatchObject({ inputTokens: 5, outputTokens: 9 })
})

test('parallel tool calls whose arguments interleave come out whole, one without any as {}', () => {
  const call = (index: number, name: string): StreamPart => ({
    type: 'tool-call-start',
    choice: 0,
    index,
    id: `call_${index}`,
    name,
  })
  const delta = (index: number, json: string): StreamPart => ({
    type: 'tool-call-delta',
    choice: 0,
    index,
    arguments: json,
  })
  const answer = assemble([
    start,
    call(0, 'look'),
    call(1, 'wait'),
    call(2, 'go'),
    delta(2, '{"to":'),
    delta(0, '{}'),
    delta(2, '1}'),
    finish(),
  ])
  expect(answer.toolCalls).toEqual([
    { id: 'call_0', name: 'look', arguments: '{}' },
    { id: 'call_1', name: 'wait', arguments: '{}' },
    { id: 'call_2', name: 'go', arguments: '{"to":1}' },
  ])
})

test('several choices are kept apart, and all must have finished', () => {
  const parts = [start, text('b', 0, 1), text('a'), finish(0)]
  expect(assemble(parts)).toMatchObject({ text: 'a', complete: false })
  const whole = assemble([...parts, finish(1)])
  expect(whole.complete).toBe(true)
  expect(whole.choices.map((choice) => [choice.index, choice.text])).toEqual([
    [0, 'a'],
    [1, 'b'],
  ])
})

test('what came of an answer that failed can be had, and is never complete', () => {
  const assembler = new AnswerAssembler()
  for (const part of [start, usage(3, 1), text('Half an ans')]) assembler.push(part)
  expect(assembler.answer()).toMatchObject({
    text: 'Half an ans',
    usageRaw: { input: 3, output: 1 },
    finishRaw: null,
    complete: false,
    endMarker: false,
  })
})

test('nothing at all is an empty answer that is not complete', () => {
  expect(assemble([])).toMatchObject({
    id: null,
    text: '',
    textParts: [],
    reasoning: null,
    refusal: null,
    toolCalls: [],
    usage: null,
    complete: false,
    choices: [],
  })
})
