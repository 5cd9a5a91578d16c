import type { Message } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { mergeMessages } from './merge-messages.ts'

const message = (id: string, text = id): Message => ({
  id,
  chatId: 'c',
  turnId: 't',
  parentId: null,
  role: 'user',
  parts: [{ type: 'text', text }],
  createdAt: '2026-11-23T00:00:00Z',
  model: null,
  finish: null,
})

test('earlier pages come before, newer ones after, and what fell out of the last page stays', () => {
  const known = mergeMessages([], [message('3'), message('4')])
  const earlier = mergeMessages(known, [message('1'), message('2')])
  const refreshed = mergeMessages(earlier, [message('4', 'changed'), message('5')])
  expect(refreshed.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5'])
  expect(refreshed[3]?.parts).toEqual([{ type: 'text', text: 'changed' }])
})
