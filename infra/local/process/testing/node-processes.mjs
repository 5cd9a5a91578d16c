import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { vi } from 'vitest'
import { isAlive } from '../is-alive.mjs'

/** Code that keeps a Node process running. */
export const forever = 'setInterval(() => {}, 1000); '

/** A new folder. */
export const folder = () => mkdtempSync(join(tmpdir(), 'processes-'))

/** @type {Set<number>} */
const started = new Set()

/**
 * Has this process killed after the test, where it still runs.
 * @param {...number} pids
 */
export function endLater(...pids) {
  for (const pid of pids) started.add(pid)
}

export function endAll() {
  for (const pid of started) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // As it should be.
    }
  }
  started.clear()
}

/**
 * A Node process that runs `code`.
 * @param {string} code
 * @param {{ flags?: string[], env?: NodeJS.ProcessEnv }} [options]
 */
export function run(code, { flags = [], env = {} } = {}) {
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', code], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.pid !== undefined) endLater(child.pid)
  return child
}

/** The id of a process that has ended. */
export async function deadPid() {
  const child = run('')
  await once(child, 'exit')
  return child.pid ?? 0
}

/** @param {import('node:child_process').ChildProcess} child */
export async function firstLine(child) {
  const [bytes] = await once(/** @type {import('node:stream').Readable} */ (child.stdout), 'data')
  return String(bytes).trim()
}

/** @param {number} pid */
export async function ended(pid) {
  await vi.waitUntil(() => !isAlive(pid), { timeout: 15_000 })
}
