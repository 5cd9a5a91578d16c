import { expect, test } from 'vitest'
import { Pauses } from './pauses.ts'

test('nothing for as long as the provider asked, then less, and all of it again within a minute', () => {
  const pauses = new Pauses()
  expect(pauses.waitMs('a', 0)).toBe(0)
  expect(pauses.begin('a', 10_000, 0)).toEqual({ scopeId: 'a', leftMs: 10_000, factor: 0.7 })
  expect([pauses.waitMs('a', 4_000), pauses.waitMs('b', 4_000)]).toEqual([6_000, 0])
  expect(pauses.waitMs('a', 10_000)).toBe(0)
  expect(pauses.factor('a', 10_000)).toBeCloseTo(0.7)
  expect(pauses.factor('a', 19_000)).toBeCloseTo(0.85)
  expect(pauses.factor('a', 28_100)).toBe(1)
  expect(pauses.factor('b', 10_000)).toBe(1)
})

test('many refusals at one time lower the rate once, later ones again, to a tenth at the lowest', () => {
  const pauses = new Pauses()
  for (let call = 0; call < 20; call++) pauses.begin('a', 100, call)
  expect(pauses.factor('a', 119)).toBeCloseTo(0.7)
  pauses.begin('a', 100, 1_500)
  expect(pauses.factor('a', 1_600)).toBeCloseTo(0.5, 1)
  for (let call = 0; call < 20; call++) pauses.begin('a', 0, 3_000 + call * 1_000)
  expect(pauses.factor('a', 22_000)).toBeCloseTo(0.1)
  expect(pauses.factor('a', 22_000 + 54_001)).toBe(1)
})

test('a later refusal lengthens a pause and never shortens it', () => {
  const pauses = new Pauses()
  pauses.begin('a', 10_000, 0)
  pauses.begin('a', 1_000, 500)
  expect(pauses.waitMs('a', 500)).toBe(9_500)
  pauses.begin('a', 60_000, 1_000)
  expect(pauses.waitMs('a', 1_000)).toBe(60_000)
})

test('what is no time is a second, and a day is five minutes', () => {
  const pauses = new Pauses()
  pauses.begin('a', Number.NaN, 0)
  pauses.begin('b', 86_400_000, 0)
  pauses.begin('c', -5, 0)
  expect(['a', 'b', 'c'].map((id) => pauses.waitMs(id, 0))).toEqual([1_000, 300_000, 0])
})

test('what another replica tells counts as one’s own, however often it is heard', () => {
  const [here, there] = [new Pauses(), new Pauses()]
  const told = there.begin('a', 10_000, 0)
  for (let time = 0; time < 5; time++) {
    here.hear({ ...told, leftMs: told.leftMs - time * 1_000 }, 50_000 + time * 1_000)
  }
  expect(here.waitMs('a', 55_000)).toBe(5_000)
  expect(here.factor('a', 60_000)).toBeCloseTo(0.7)
  // Both were refused at the same time: that is one event.
  here.begin('a', 10_000, 55_000)
  expect(here.factor('a', 65_000)).toBeCloseTo(0.7)
})

test('a pause that is over when it is heard of lowers the rate by what is left of it', () => {
  const pauses = new Pauses()
  pauses.hear({ scopeId: 'a', leftMs: -6_000, factor: 0.7 }, 100_000)
  expect(pauses.waitMs('a', 100_000)).toBe(0)
  expect(pauses.factor('a', 100_000)).toBeCloseTo(0.8)
  pauses.hear({ scopeId: 'b', leftMs: -50_000, factor: 0.7 }, 100_000)
  expect(pauses.factor('b', 100_000)).toBe(1)
})

test('a pause that still lasts is not undone by an older one', () => {
  const pauses = new Pauses()
  pauses.begin('a', 10_000, 0)
  pauses.hear({ scopeId: 'a', leftMs: -1_000, factor: 0.9 }, 5_000)
  expect(pauses.waitMs('a', 5_000)).toBe(5_000)
  expect(pauses.factor('a', 10_000)).toBeCloseTo(0.7)
})

test('scopes that callers make up do not fill the memory', () => {
  const pauses = new Pauses()
  for (let id = 0; id < 20_000; id++) pauses.begin(`scope-${id}`, 60_000, 0)
  expect(pauses.size).toBeLessThanOrEqual(5_000)
  expect(pauses.waitMs('scope-19999', 0)).toBe(60_000)
})
