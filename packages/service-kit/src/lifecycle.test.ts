import { expect, test } from 'vitest'
import { Lifecycle } from './lifecycle.ts'
import { createLogger } from './logger.ts'

const logger = createLogger({ service: 'test', level: 'silent' })

test('releases run in reverse, go on past a failure and report the first', async () => {
  const lifecycle = new Lifecycle(logger)
  const order: string[] = []
  lifecycle.register('pool', () => order.push('pool'))
  lifecycle.register('queue', () => {
    order.push('queue')
    throw new Error('queue would not close')
  })
  lifecycle.register('server', async () => {
    order.push('server')
    throw new Error('server would not close')
  })
  await expect(lifecycle.shutdown()).rejects.toThrow('server would not close')
  expect(order).toEqual(['server', 'queue', 'pool'])
})

test('a second shutdown waits for the first and releases nothing again', async () => {
  const lifecycle = new Lifecycle(logger)
  let releases = 0
  lifecycle.register('pool', () => releases++)
  await Promise.all([lifecycle.shutdown(), lifecycle.shutdown()])
  expect(releases).toBe(1)
})

test('work learns of a shutdown before anything is released', async () => {
  const lifecycle = new Lifecycle(logger)
  const seen: boolean[] = []
  lifecycle.register('pool', () => seen.push(lifecycle.stopping.aborted))
  expect(lifecycle.stopping.aborted).toBe(false)
  await lifecycle.shutdown()
  expect(seen).toEqual([true])
})

test('a pause comes after the announcement and before the first release', async () => {
  const lifecycle = new Lifecycle(logger)
  let releasedAt = 0
  lifecycle.register('server', () => (releasedAt = performance.now()))
  const startedAt = performance.now()
  const shutdown = lifecycle.shutdown({ pauseMs: 60 })
  expect(lifecycle.stopping.aborted).toBe(true)
  expect(releasedAt).toBe(0)
  await shutdown
  // Timers may be a millisecond early.
  expect(releasedAt - startedAt).toBeGreaterThan(55)
})
