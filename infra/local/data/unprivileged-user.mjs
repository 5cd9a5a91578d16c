import { spawnSync } from 'node:child_process'
import { chownSync } from 'node:fs'
import process from 'node:process'

/**
 * Postgres refuses to run as root. Where this command runs as root its data services run as «nobody», by number, so
 * that nothing of the system is changed.
 * @typedef {{ uid: number, gid: number }} User
 * @type {User | undefined}
 */
export const unprivilegedUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

/**
 * Whether that user gets into a folder, whose parents may be closed to it (a clone in root's home).
 * @param {string} folder
 */
export function canEnter(folder) {
  if (unprivilegedUser === undefined) return true
  const options = { ...unprivilegedUser, cwd: '/', stdio: /** @type {const} */ ('ignore') }
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], options).status === 0
}

/** @param {string} path */
export function giveToUnprivileged(path) {
  if (unprivilegedUser !== undefined) chownSync(path, unprivilegedUser.uid, unprivilegedUser.gid)
}
