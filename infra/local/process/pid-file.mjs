import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOf, isAlive } from './is-alive.mjs'

/**
 * Takes a file that names this process as its holder.
 * @param {string} file
 * @returns {{ release: () => void } | { heldBy: number }} `heldBy`: the living process that has it
 */
export function takePidFile(file) {
  mkdirSync(dirname(file), { recursive: true })
  const content = `${process.pid} ${identityOf(process.pid)}\n`
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      writeFileSync(file, content, { flag: 'wx' })
      return { release: () => releasePidFile(file) }
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    const holder = livingHolder(file)
    if (holder !== undefined) return { heldBy: holder }
    // Left by a process that was killed.
    rmSync(file, { force: true })
  }
  throw new Error(`${file} could not be taken`)
}

/**
 * The process that holds the file, where it lives.
 * @param {string} file
 */
export function livingHolder(file) {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const [pid, identity] = text.trim().split(' ')
  return isAlive(Number(pid), identity) ? Number(pid) : undefined
}

/** @param {string} file */
function releasePidFile(file) {
  if (livingHolder(file) === process.pid) rmSync(file, { force: true })
}

/**
 * Runs `work` while no other command of this clone runs its own under the same file.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (pid: number) => void }} [options]
 */
export async function withPidFile(file, work, options = {}) {
  let told = false
  for (;;) {
    const taken = takePidFile(file)
    if ('release' in taken) {
      try {
        return await work()
      } finally {
        taken.release()
      }
    }
    if (!told) options.onWait?.(taken.heldBy)
    told = true
    await sleep(100)
  }
}
