import { createLogger } from '@brainlyx/service-kit'
import { beforeEach, expect, test, vi } from 'vitest'
import { createAvailability } from './availability.ts'

let logged: string[]
const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
})
beforeEach(() => void (logged = []))

test('only a change is told and said, and coming up for the first time is not worth a line', () => {
  const availability = createAvailability(logger)
  const listener = vi.fn()
  availability.onUp(listener)
  for (const step of ['up', 'up', 'down', 'down', 'up', 'up'] as const) {
    availability[step](new Error('refused'))
  }
  expect(listener).toHaveBeenCalledTimes(2)
  expect(logged).toEqual(['redis is away; this replica goes on by itself', 'redis is back'])
})

test('a listener that throws keeps no other from being told', () => {
  const availability = createAvailability(logger)
  const listener = vi.fn()
  availability.onUp(() => {
    throw new Error('broken')
  })
  availability.onUp(listener)
  availability.up()
  expect(listener).toHaveBeenCalledTimes(1)
  expect(logged).toEqual(['a listener failed when redis came up'])
})
