import type { Message } from '@brainlyx/chat-contract'
import { describe, expect, test } from 'vitest'
import { placeTurn } from './place-turn.ts'

function message(id: string, turnId: string, parentId: string | null): Message {
  const role = id.startsWith('q') ? 'user' : 'assistant'
  const createdAt = '2026-11-23T00:00:00Z'
  const place = { id, chatId: 'c', turnId, parentId, siblingIds: [id], createdAt }
  return { ...place, role, parts: [], model: null, finish: null }
}
const q1 = message('q1', 't1', null)
const a1 = message('a1', 't1', 'q1')
const q2 = message('q2', 't2', 'a1')
const a2 = message('a2', 't2', 'q2')

const sent = {
  turnId: 't3',
  userMessageId: null,
  phase: 'sending',
  question: 'Why?',
  follows: undefined,
  inPlace: true,
} as const
const idsOf = ({ messages }: { messages: readonly Message[] }) => messages.map(({ id }) => id)

describe('a turn sent from this page', () => {
  test('follows everything that is shown', () => {
    const placed = placeTurn([q1, a1], sent)
    expect(idsOf(placed)).toEqual(['q1', 'a1'])
    expect(placed).toMatchObject({ showsQuestion: true, showsAnswer: true })
  })

  test('hides what an edited message replaces, also the first', () => {
    expect(idsOf(placeTurn([q1, a1, q2, a2], { ...sent, follows: 'a1' }))).toEqual(['q1', 'a1'])
    expect(idsOf(placeTurn([q1, a1, q2, a2], { ...sent, follows: null }))).toEqual([])
  })

  test('hides the answer that is replaced, and not its question', () => {
    const again = { ...sent, question: null, follows: 'q1', userMessageId: 'q1' }
    const placed = placeTurn([q1, a1, q2, a2], again)
    expect(idsOf(placed)).toEqual(['q1'])
    expect(placed).toMatchObject({ showsQuestion: false, showsAnswer: true })
  })

  test('shows its question once, also when it is stored', () => {
    const placed = placeTurn([q1, a1, q2], { ...sent, turnId: 't2', userMessageId: 'q2' })
    expect(idsOf(placed)).toEqual(['q1', 'a1', 'q2'])
    expect(placed).toMatchObject({ showsQuestion: false, showsAnswer: true })
  })

  test('gives way to its stored answer', () => {
    const placed = placeTurn([q1, a1, q2, a2], { ...sent, turnId: 't2', follows: null })
    expect(idsOf(placed)).toEqual(['q1', 'a1', 'q2', 'a2'])
    expect(placed).toMatchObject({ showsQuestion: false, showsAnswer: false })
  })

  test('is not among the messages while it waits in line', () => {
    const placed = placeTurn([q1, a1], { ...sent, phase: 'waiting' })
    expect(placed).toMatchObject({ showsQuestion: false, showsAnswer: false })
  })
})

describe('a turn that was met half-way', () => {
  const met = { turnId: 't3', userMessageId: 'q2' }

  test('is answered under its question', () => {
    expect(placeTurn([q1, a1, q2], met)).toMatchObject({ showsAnswer: true, isElsewhere: false })
  })

  test('is elsewhere where its question is on another branch, or has an answer on this one', () => {
    expect(placeTurn([q1, a1], met)).toMatchObject({ showsAnswer: false, isElsewhere: true })
    expect(placeTurn([q1, a1, q2, a2], met)).toMatchObject({
      showsAnswer: false,
      isElsewhere: true,
    })
  })

  test('is shown while nobody has said what it answers', () => {
    expect(placeTurn([q1, a1], { turnId: 't3', userMessageId: null }).showsAnswer).toBe(true)
  })
})
