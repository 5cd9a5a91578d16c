import { expect, test } from 'vitest'
import { RouterFile } from '../config/router-file.ts'
import { createBreakerTable } from './breaker-table.ts'
import type { BreakerEntry } from './breaker-table.ts'
import { CircuitBreaker } from './circuit-breaker.ts'

const settings = RouterFile.shape.breaker.parse(undefined)
const moved: BreakerEntry[] = []
let nowMs = 0

function table(capacity: number) {
  const options = { settings: () => settings, nowMs: () => nowMs, random: () => 0.5 }
  return createBreakerTable({
    capacity,
    nowMs: () => nowMs++,
    create: (onMove) => new CircuitBreaker({ ...options, onMove }),
    onMove: (entry) => void moved.push(entry),
  })
}

function open({ breaker }: BreakerEntry): void {
  for (let made = 0; made < 5; made++) breaker.admit(true)!.settle('failure')
}

test('an entry is made once, and tells of its own moves', () => {
  const breakers = table(2)
  expect(breakers.find('a')).toBeUndefined()
  const entry = breakers.ensure('a')
  expect(breakers.ensure('a')).toBe(entry)
  expect(breakers.find('a')).toBe(entry)
  open(entry)
  expect(moved).toEqual([entry])
})

test('where there are too many, the closed one longest out of use goes, and at worst an open one', () => {
  const breakers = table(3)
  const [a, b] = ['a', 'b', 'c'].map((id) => breakers.ensure(id))
  open(a!)
  b!.usedAtMs = nowMs++
  breakers.ensure('d')
  expect([...breakers.entries()].map(({ id }) => id)).toEqual(['a', 'b', 'd'])
  open(b!)
  open(breakers.find('d')!)
  breakers.ensure('e')
  expect([...breakers.entries()].map(({ id }) => id)).toEqual(['b', 'd', 'e'])
})
