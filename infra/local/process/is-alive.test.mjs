import { once } from 'node:events'
import process from 'node:process'
import { afterEach, expect, test } from 'vitest'
import { commandLineOf } from './command-line-of.mjs'
import { identityOf, isAlive, parentOf } from './is-alive.mjs'
import { endAll, forever, run } from './testing/node-processes.mjs'

afterEach(endAll)

test('a process is alive until it ends, and its number alone does not make another process it', async () => {
  const child = run(forever)
  const pid = child.pid ?? 0
  const identity = identityOf(pid)
  expect(isAlive(pid, identity)).toBe(true)
  expect(isAlive(pid, 'another start')).toBe(false)
  expect(parentOf(pid)).toBe(process.pid)
  expect(commandLineOf(pid)).toContain('setInterval')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isAlive(pid)).toBe(false)
})
