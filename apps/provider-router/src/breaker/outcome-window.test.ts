import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutcomeWindow } from './outcome-window.ts'

function windowAt(seconds: number): OutcomeWindow {
  const window = new OutcomeWindow()
  window.advance(seconds * 1_000)
  return window
}

test('calls count for ten seconds', () => {
  const window = windowAt(100)
  window.add(true)
  window.add(false)
  window.advance(109_999)
  expect(window).toMatchObject({ calls: 2, failures: 1, failureRate: 0.5 })
  window.advance(110_000)
  expect(window).toMatchObject({ calls: 0, failures: 0, failureRate: 0 })
})

test('calls elsewhere count as long as if they had ended here', () => {
  const window = windowAt(100)
  window.addElsewhere({ ageSeconds: 9, successes: 3, failures: 1 })
  window.addElsewhere({ ageSeconds: 0, successes: 5, failures: 0 })
  window.addElsewhere({ ageSeconds: 10, successes: 0, failures: 99 })
  expect(window).toMatchObject({ calls: 9, failures: 1 })
  window.advance(101_000)
  expect(window).toMatchObject({ calls: 5, failures: 0 })
})

test('each call that ended here is told once, with its age, and those of elsewhere never', () => {
  const window = windowAt(100)
  window.add(false)
  window.addElsewhere({ ageSeconds: 0, successes: 7, failures: 7 })
  window.advance(102_000)
  window.add(true)
  window.add(true)
  expect(window.takeUntold()).toEqual([
    { ageSeconds: 0, successes: 2, failures: 0 },
    { ageSeconds: 2, successes: 0, failures: 1 },
  ])
  window.add(true)
  expect(window.takeUntold()).toEqual([{ ageSeconds: 0, successes: 1, failures: 0 }])
  window.add(true)
  window.advance(112_000)
  expect(window.takeUntold()).toEqual([])
})

const step = fc.oneof(
  fc.record({ afterMs: fc.integer({ min: 0, max: 12_000 }), succeeded: fc.boolean() }),
  fc.record({
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    ageSeconds: fc.nat({ max: 12 }),
    successes: fc.nat({ max: 9 }),
    failures: fc.nat({ max: 9 }),
  }),
)

test('it counts what a list of all calls would', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e7 }), fc.array(step, { maxLength: 60 }), (startMs, steps) => {
      let nowMs = startMs
      const window = new OutcomeWindow()
      const list: { second: number; calls: number; failures: number }[] = []
      for (const { afterMs, ...what } of steps) {
        nowMs += afterMs
        window.advance(nowMs)
        const second = Math.floor(nowMs / 1_000)
        if ('succeeded' in what) {
          window.add(what.succeeded)
          list.push({ second, calls: 1, failures: what.succeeded ? 0 : 1 })
        } else {
          window.addElsewhere(what)
          const { ageSeconds, successes, failures } = what
          list.push({ second: second - ageSeconds, calls: successes + failures, failures })
        }
        const recent = list.filter((each) => each.second > second - 10)
        expect([window.calls, window.failures]).toEqual([
          recent.reduce((sum, { calls }) => sum + calls, 0),
          recent.reduce((sum, { failures }) => sum + failures, 0),
        ])
      }
    }),
  )
})
