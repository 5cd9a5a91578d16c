import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from './is-alive.mjs'
import { livingHolder } from './pid-file.mjs'

/**
 * Processes that share something, written down by their ids in a folder: one that was killed counts no more, however
 * it ended.
 * @param {string} folder
 * @param {number} pid
 * @returns {() => void} leaves
 */
export function joinMembers(folder, pid) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, String(pid)), `${pid} ${identityOf(pid)}\n`)
  return () => leaveMembers(folder, pid)
}

/**
 * @param {string} folder
 * @param {number} pid
 */
export function leaveMembers(folder, pid) {
  rmSync(join(folder, String(pid)), { force: true })
}

/**
 * How many live; forgets the others.
 * @param {string} folder
 */
export function countMembers(folder) {
  let count = 0
  for (const name of listed(folder)) {
    if (livingHolder(join(folder, name)) === undefined) rmSync(join(folder, name), { force: true })
    else count++
  }
  return count
}

/** @param {string} folder */
function listed(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
