import { expect, test } from 'vitest'
import { Places } from './places.ts'

test('no more than so many work at a time, in the order in which they came, also past a failure', async () => {
  const places = new Places(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  let most = 0
  let working = 0
  const works = Array.from({ length: 5 }, (_, each) =>
    places.hold(async () => {
      begun.push(each)
      most = Math.max(most, ++working)
      await new Promise<void>((resolve) => ends.push(resolve))
      working--
      if (each === 1) throw new Error('one that fails')
      return each
    }),
  )
  const results = Promise.allSettled(works)
  for (let each = 0; each < 5; each++) {
    await expect.poll(() => ends.length).toBeGreaterThan(0)
    ends.shift()?.()
  }
  expect((await results).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(most).toBe(2)
})
