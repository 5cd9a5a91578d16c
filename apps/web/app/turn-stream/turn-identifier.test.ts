import { Identifier } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { newTurnIdentifier } from './turn-identifier.ts'

test('an identifier is a UUIDv7 that begins with its time', () => {
  const nowMs = Date.UTC(2026, 10, 23, 12, 30, 15, 123)
  const id = newTurnIdentifier(nowMs)
  expect(Identifier.safeParse(id).success).toBe(true)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs)
})

test('version and variant are set whatever the random bytes are', () => {
  const id = newTurnIdentifier(0, (bytes) => bytes.fill(0xff))
  expect(id).toBe('00000000-0000-7fff-bfff-ffffffffffff')
})

test('a thousand identifiers of one moment differ', () => {
  const ids = Array.from({ length: 1_000 }, () => newTurnIdentifier(1))
  expect(new Set(ids).size).toBe(1_000)
})
