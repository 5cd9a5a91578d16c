import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from '../process/is-alive.mjs'
import { livingHolder } from '../process/pid-file.mjs'

/**
 * Postgres and Redis stay up as long as a process that needs them lives, however it ends: each is written down by its
 * id, and the supervisor looks whether any still runs.
 * @param {import('./profile.mjs').Profile} profile
 * @param {number} pid
 * @returns {() => void} for when it needs them no more
 */
export function addDataUser(profile, pid) {
  const folder = usersFolder(profile)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, String(pid))
  writeFileSync(file, `${pid} ${identityOf(pid)}\n`)
  return () => rmSync(file, { force: true })
}

/**
 * How many live; forgets the others.
 * @param {import('./profile.mjs').Profile} profile
 */
export function countDataUsers(profile) {
  const folder = usersFolder(profile)
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

/** @param {import('./profile.mjs').Profile} profile */
function usersFolder(profile) {
  return join(profile.folder, 'run', 'data-users')
}
