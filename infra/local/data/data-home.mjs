import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localFolder } from '../paths.mjs'
import { canEnter, unprivilegedUser } from './unprivileged-user.mjs'

/**
 * Where a profile's data is: `.local`, except for root with a clone that «nobody» cannot get into (a home directory
 * of mode 0700). Opening that would change the system, so the data is then outside, in a place that carries the clone's
 * id; `.local/data-home` names it.
 * @param {import('./profile.mjs').Profile} profile
 * @param {import('../instance/instance.mjs').Instance} instance
 * @returns {string} an existing folder
 */
export function dataHome(profile, instance) {
  mkdirSync(profile.folder, { recursive: true })
  if (unprivilegedUser === undefined) return profile.folder
  // Under a strict umask our own folder is closed as well; what is secret in it has a mode of its own.
  chmodSync(localFolder, 0o755)
  chmodSync(profile.folder, 0o755)
  if (canEnter(profile.folder)) return profile.folder
  const home = join(makeOutsideHome(instance), profile.name)
  mkdirSync(home, { recursive: true, mode: 0o755 })
  writeFileSync(join(localFolder, 'data-home'), `${makeOutsideHome(instance)}\n`)
  return home
}

/** Where the data is that `dataHome` put outside the clone, undefined where there is none. */
export function outsideHome() {
  try {
    return readFileSync(join(localFolder, 'data-home'), 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Deletes it. */
export function removeOutsideHome() {
  const home = outsideHome()
  if (home !== undefined) rmSync(home, { recursive: true, force: true })
}

/** @param {import('../instance/instance.mjs').Instance} instance */
function makeOutsideHome(instance) {
  const name = `brainlyx-${instance.cloneId}`
  for (const base of ['/var/lib', '/var/tmp', tmpdir()]) {
    const folder = join(base, name)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      chmodSync(folder, 0o755)
      if (canEnter(folder)) return folder
    } catch {
      // The next one.
    }
  }
  throw new Error(`permission denied: no folder for ${name} in /var/lib, /var/tmp or ${tmpdir()}`)
}
