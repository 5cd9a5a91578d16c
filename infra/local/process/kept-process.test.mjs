import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, expect, test } from 'vitest'
import { isAlive } from './is-alive.mjs'
import { KeptProcess } from './kept-process.mjs'
import { endAll, folder, forever, run } from './testing/node-processes.mjs'

afterEach(endAll)

/**
 * @param {string} code
 * @param {Partial<import('./kept-process.mjs').KeptProcessOptions>} [options]
 */
function keptOptions(code, options = {}) {
  return {
    name: 'example',
    stopSignal: /** @type {const} */ ('SIGTERM'),
    logFile: join(folder(), 'log'),
    spawn: () => run(code),
    whenReady: async () => {},
    ...options,
  }
}

test('a kept program that is killed is started again, and one that is stopped is not', async () => {
  /** @type {number[]} */
  const pids = []
  const kept = await KeptProcess.start(
    keptOptions(forever, {
      spawn: () => {
        const child = run(forever)
        pids.push(child.pid ?? 0)
        return child
      },
    }),
  )
  process.kill(pids[0] ?? 0, 'SIGKILL')
  await expect.poll(() => pids.length, { timeout: 5_000 }).toBe(2)
  expect(isAlive(pids[1] ?? 0)).toBe(true)
  await kept.stop()
  expect(isAlive(pids[1] ?? 0)).toBe(false)
  expect(pids).toHaveLength(2)
  expect(kept.failure).toBeUndefined()
})

test('a program that ends again and again is given up with the end of its log', async () => {
  const options = keptOptions('process.exit(3)')
  writeFileSync(options.logFile, 'the reason\n')
  const kept = await KeptProcess.start(options)
  await expect.poll(() => kept.failure, { timeout: 20_000 }).toBeDefined()
  expect(kept.failure).toMatchObject({ message: 'example does not run.', details: 'the reason' })
})

test('a program that never becomes ready is ended, and its log says why', async () => {
  let pid = 0
  const options = keptOptions(forever, {
    spawn: () => {
      const child = run(forever)
      pid = child.pid ?? 0
      return child
    },
    whenReady: () => Promise.reject(new Error('not ready')),
  })
  writeFileSync(options.logFile, 'listen EADDRINUSE: address already in use 127.0.0.1:4100\n')
  await expect(KeptProcess.start(options)).rejects.toThrow('Port 4100 is taken by another program.')
  expect(isAlive(pid)).toBe(false)
})
