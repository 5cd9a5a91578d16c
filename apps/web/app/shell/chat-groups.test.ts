import { expect, test } from 'vitest'
import { groupChats } from './chat-groups.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const chat = (updatedAt: string) => ({ updatedAt })
const labels = (times: string[], timeZone = 'UTC', now = NOW): string[] =>
  groupChats(times.map(chat), now, timeZone).map(({ label, chats }) => `${label}: ${chats.length}`)

test('chats are grouped by how long ago they were used', () => {
  expect(
    labels([
      '2026-11-23T09:59:00Z',
      '2026-11-23T00:00:00Z',
      '2026-11-22T23:59:59Z',
      '2026-11-17T00:00:00Z',
      '2026-11-01T00:00:00Z',
      '2026-09-30T12:00:00Z',
      '2025-09-30T12:00:00Z',
    ]),
  ).toEqual([
    'Today: 2',
    'Yesterday: 1',
    'Previous 7 days: 1',
    'Previous 30 days: 1',
    'September 2026: 1',
    'September 2025: 1',
  ])
})

test('a day is the reader’s own', () => {
  const time = '2026-11-22T23:30:00Z'
  expect(labels([time], 'Europe/Lisbon')).toEqual(['Yesterday: 1'])
  expect(labels([time], 'Europe/Helsinki')).toEqual(['Today: 1'])
})

test('yesterday is one day ago where clocks changed in between', () => {
  const now = Date.parse('2026-10-25T22:30:00Z')
  expect(labels(['2026-10-24T10:00:00Z'], 'Europe/Lisbon', now)).toEqual(['Yesterday: 1'])
})

test('a clock that is behind the server’s makes no chat of tomorrow', () => {
  expect(labels(['2026-11-24T01:00:00Z'])).toEqual(['Today: 1'])
})
