import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, expect, test } from 'vitest'
import { countMembers, joinMembers } from './living-members.mjs'
import { livingHolder, takePidFile, withPidFile } from './pid-file.mjs'
import { deadPid, endAll, folder, forever, run } from './testing/node-processes.mjs'

afterEach(endAll)

test('a pid file is held by one living process, and taken over from a dead one', async () => {
  const file = join(folder(), 'run', 'a.pid')
  const taken = takePidFile(file)
  expect(takePidFile(file)).toEqual({ heldBy: process.pid })
  expect(livingHolder(file)).toBe(process.pid)
  if ('release' in taken) taken.release()
  expect(existsSync(file)).toBe(false)

  const dead = await deadPid()
  writeFileSync(file, `${dead} 1\n`)
  expect(livingHolder(file)).toBeUndefined()
  expect(takePidFile(file)).toHaveProperty('release')
})

test('work under a pid file is done by one at a time', async () => {
  const file = join(folder(), 'a.pid')
  let inside = 0
  let most = 0
  const work = async () => {
    inside++
    most = Math.max(most, inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
  }
  await Promise.all(Array.from({ length: 4 }, () => withPidFile(file, work)))
  expect(most).toBe(1)
})

test('members are counted while they live, also where they were killed', async () => {
  const home = folder()
  const child = run(forever)
  const leave = joinMembers(home, process.pid)
  joinMembers(home, child.pid ?? 0)
  expect(countMembers(home)).toBe(2)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(countMembers(home)).toBe(1)
  leave()
  expect(countMembers(home)).toBe(0)
  expect(readdirSync(home)).toEqual([])
})
