import type { TurnFrame } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { applyFrame, isRunning, newLiveTurn } from './live-turn.ts'

const start = newLiveTurn({ turnId: 't', chatId: null, question: 'Why?', model: 'auto' })
const play = (frames: readonly TurnFrame[], turn = start) =>
  frames.reduce((before, frame, index) => applyFrame(before, frame, index * 1_000), turn)

test('deltas of a kind join, and another kind begins another part', () => {
  const turn = play([
    { type: 'reasoning-delta', text: 'a' },
    { type: 'reasoning-delta', text: 'b' },
    { type: 'text-delta', text: 'c' },
    { type: 'text-delta', text: 'd' },
  ])
  expect(turn.parts).toEqual([
    { type: 'reasoning', text: 'ab' },
    { type: 'text', text: 'cd' },
  ])
})

test('thinking lasts from the first thought to the first word', () => {
  const turn = play([
    { type: 'reasoning-delta', text: 'a' },
    { type: 'reasoning-delta', text: 'b' },
    { type: 'text-delta', text: 'c' },
    { type: 'text-delta', text: 'd' },
  ])
  expect(turn.reasoningMs).toBe(2_000)
})

test('a snapshot replaces everything shown so far', () => {
  const turn = play([
    { type: 'text-delta', text: 'wrong' },
    { type: 'answer-snapshot', parts: [{ type: 'text', text: 'right' }] },
    { type: 'text-delta', text: ' on' },
  ])
  expect(turn.parts).toEqual([{ type: 'text', text: 'right on' }])
})

test('the chat and who answers are taken from the frames', () => {
  const turn = play([
    { type: 'turn-start', turnId: 't', chatId: 'c', userMessageId: 'u', model: 'auto' },
    { type: 'route', deployment: 'd', provider: 'openai', model: 'gpt-5-mini' },
  ])
  expect(turn).toMatchObject({
    chatId: 'c',
    userMessageId: 'u',
    model: 'gpt-5-mini',
    phase: 'answering',
  })
})

test('an end and an error end it, an unknown frame changes nothing', () => {
  const ended = play([{ type: 'turn-end', turnId: 't', messageId: 'm', finish: 'stopped' }])
  expect(ended).toMatchObject({ phase: 'ended', finish: 'stopped', problem: null })
  expect(isRunning(ended)).toBe(false)
  const unknown: unknown = { type: 'fanfare' }
  expect(applyFrame(start, unknown as TurnFrame, 0)).toBe(start)
})

test('a notice is a quiet line, except the one that says that the turn waits', () => {
  const notice = (code: string): TurnFrame => ({ type: 'notice', code, message: 'Slow today' })
  expect(play([notice('degraded')])).toMatchObject({ notice: 'Slow today' })
  const waiting = play([notice('turn-waiting')])
  expect(waiting).toMatchObject({ phase: 'waiting', notice: null })
  expect(isRunning(waiting)).toBe(false)
})
