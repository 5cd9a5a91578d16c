import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createPressureGauge, pressureAt, sustained } from './pressure.ts'
import { createReserve } from './reserve.ts'
import { isShed } from './shed.ts'

const calm = { level: 0, isFull: false }

test('without pressure nothing is turned away', () => {
  expect(pressureAt(99, 0.84)).toEqual(calm)
  for (const criticality of ['critical', 'normal', 'optional'] as const)
    expect(isShed(calm, { criticality, priority: 0 })).toBe(false)
})

test('what is optional goes first, then what is normal from the lowest priority up, critical work last', () => {
  const strained = pressureAt(110, 0)
  const severe = pressureAt(300, 0)
  const exhausted = pressureAt(500, 0)
  const full = pressureAt(0, 0.98)
  expect(isShed(strained, { criticality: 'optional', priority: 9 })).toBe(true)
  expect(isShed(strained, { criticality: 'normal', priority: 0 })).toBe(false)
  expect(isShed(severe, { criticality: 'normal', priority: 1 })).toBe(true)
  expect(isShed(severe, { criticality: 'normal', priority: 8 })).toBe(false)
  expect(isShed(exhausted, { criticality: 'normal', priority: 9 })).toBe(true)
  expect(isShed(exhausted, { criticality: 'critical', priority: 0 })).toBe(false)
  expect(isShed(pressureAt(0, 0.86), { criticality: 'optional', priority: 9 })).toBe(true)
  expect(isShed(pressureAt(0, 0.93), { criticality: 'normal', priority: 9 })).toBe(true)
  expect(isShed(full, { criticality: 'critical', priority: 9 })).toBe(true)
})

test('two long pauses are no overload, three are', () => {
  expect(sustained([0, 300, 900, 0])).toBe(0)
  expect(sustained([0, 300, 900, 0, 400])).toBe(300)
})

test('a loop that is really blocked again and again is felt, and forgotten again', async () => {
  const gauge = createPressureGauge()
  expect(gauge.current.level).toBe(0)
  for (let round = 0; round < 20 && gauge.current.level === 0; round++) {
    block(200)
    await sleep(1)
  }
  expect(gauge.current.level).toBeGreaterThan(0)
  await vi.waitFor(() => expect(gauge.current.level).toBe(0), 4_000)
  gauge.close()
})

test('a heap that fills up is felt', async () => {
  const gauge = createPressureGauge({ readHeapShare: () => 0.9 })
  while (gauge.current.level === 0) await sleep(5)
  expect(isShed(gauge.current, { criticality: 'optional', priority: 9 })).toBe(true)
  gauge.close()
})

test('a fifth of the places is for critical work, and each is given back once', () => {
  const reserve = createReserve({ places: 10, reserved: 0.2 })
  const leave = Array.from({ length: 8 }, () => reserve.enter('normal'))
  expect(leave.every((each) => each !== undefined)).toBe(true)
  expect(reserve.enter('normal')).toBeUndefined()
  expect(reserve.enter('optional')).toBeUndefined()
  expect(reserve.enter('critical')).toBeDefined()
  expect(reserve.enter('critical')).toBeDefined()
  expect(reserve.enter('critical')).toBeUndefined()
  leave[0]!()
  leave[0]!()
  expect(reserve.inUse).toBe(9)
  expect(reserve.enter('critical')).toBeDefined()
})

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}
