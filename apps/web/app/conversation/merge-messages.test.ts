import type { Message } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { mergeEarlier, mergeLatest } from './merge-messages.ts'

/** Each message follows the one before it; the first follows `parentId`. */
function branch(ids: string, parentId: string | null = null): Message[] {
  return Array.from(ids, (id, index) => ({
    id,
    chatId: 'c',
    turnId: 't',
    parentId: index === 0 ? parentId : ids[index - 1]!,
    siblingIds: [id],
    role: 'user',
    parts: [{ type: 'text', text: id }],
    createdAt: '2026-11-23T00:00:00Z',
    model: null,
    finish: null,
  }))
}
const idsOf = (messages: readonly Message[]): string => messages.map(({ id }) => id).join('')
const known = { messages: branch('abcd', 'z'), earlierCursor: 'before-a' }

test('a later page is put after what it goes on from, and what fell out of it stays', () => {
  const merged = mergeLatest(known, { messages: branch('def', 'c'), earlierCursor: 'before-d' })
  expect(idsOf(merged.messages)).toBe('abcdef')
  expect(merged.earlierCursor).toBe('before-a')
})

test('messages of a branch that was left fall away', () => {
  const merged = mergeLatest(known, { messages: branch('xy', 'b'), earlierCursor: 'before-x' })
  expect(idsOf(merged.messages)).toBe('abxy')
})

test('a page that hangs on nothing known replaces everything', () => {
  const latest = { messages: branch('xy', 'w'), earlierCursor: 'before-x' }
  expect(mergeLatest(known, latest)).toBe(latest)
  const beginning = { messages: branch('xy'), earlierCursor: null }
  expect(mergeLatest(known, beginning)).toBe(beginning)
})

test('an earlier page comes before what is known, with its own cursor', () => {
  const merged = mergeEarlier(known, { messages: branch('yz'), earlierCursor: null })
  expect(idsOf(merged.messages)).toBe('yzabcd')
  expect(merged.earlierCursor).toBeNull()
})

test('an earlier page of another branch, asked for before it was left, is not shown', () => {
  expect(mergeEarlier(known, { messages: branch('pq'), earlierCursor: null })).toBe(known)
})
