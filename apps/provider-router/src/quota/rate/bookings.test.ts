import { expect, test } from 'vitest'
import { Bookings } from './bookings.ts'
import { Returns } from './returns.ts'

test('bookings of one second go out as one, of its latest time', () => {
  const bookings = new Bookings()
  const first = bookings.add(1, 1_100, 1_100)
  expect(bookings.add(2, 1_900, 1_900)).toBe(first)
  bookings.add(4, 2_000, 2_000)
  expect(bookings.amount).toBe(7)
  expect(bookings.take(2_000)).toMatchObject([
    { amount: 3, atMs: 1_900 },
    { amount: 4, atMs: 2_000 },
  ])
  expect([bookings.amount, bookings.take(2_000)]).toEqual([0, []])
})

test('what was not sent yet is given back by not sending it', () => {
  const bookings = new Bookings()
  const booking = bookings.add(10, 0, 0)
  expect(bookings.cancel(booking, 4)).toBe(true)
  expect(bookings.amount).toBe(6)
  bookings.take(0)
  expect(bookings.cancel(booking, 1)).toBe(false)
})

test('an outage of any length leaves a minute of bookings', () => {
  const bookings = new Bookings()
  for (let second = 0; second < 1_000; second++) {
    bookings.add(1, second * 1_000, second * 1_000)
  }
  expect(bookings.amount).toBeLessThanOrEqual(61)
  bookings.addBefore([{ atMs: 900_000, amount: 5 }])
  expect(bookings.take(999_000)[0]).toMatchObject({ amount: 1, atMs: 939_000 })
})

test('what is given back waits until it is known where it is counted, or is too old', () => {
  const returns = new Returns()
  const [known, unknown, old] = [{ bucket: 7 }, { bucket: undefined }, { bucket: undefined }]
  returns.add(known, 2, 50_000)
  returns.add(known, 3, 50_000)
  returns.add(unknown, 4, 50_000)
  returns.add(old, 5, 0)
  expect(returns.take(70_000)).toEqual([{ bucket: 7, amount: 5 }])
  Object.assign(unknown, { bucket: 8 })
  Object.assign(old, { bucket: 9 })
  expect(returns.take(70_000)).toEqual([{ bucket: 8, amount: 4 }])
  expect(returns.isEmpty).toBe(true)
})
