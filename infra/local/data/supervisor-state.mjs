import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'

/**
 * What the supervisor of a profile's data services says of itself, for the commands that wait for it.
 * @typedef {object} SupervisorState
 * @property {number} pid
 * @property {'starting' | 'ready' | 'stopping' | 'failed'} phase
 * @property {string[]} services of `postgres`, `redis`
 * @property {{ sentence: string, mend?: string, details?: string }} [failure]
 */

/** @param {import('./profile.mjs').Profile} profile */
export const supervisorPidFile = (profile) => join(profile.folder, 'run', 'data-supervisor.pid')

/** @param {import('./profile.mjs').Profile} profile */
const stateFile = (profile) => join(profile.folder, 'run', 'data-supervisor.json')

/**
 * @param {import('./profile.mjs').Profile} profile
 * @returns {SupervisorState | undefined}
 */
export function readSupervisorState(profile) {
  try {
    return JSON.parse(readFileSync(stateFile(profile), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param {import('./profile.mjs').Profile} profile
 * @param {SupervisorState} state
 */
export function writeSupervisorState(profile, state) {
  const file = stateFile(profile)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(state))
  renameSync(`${file}.${process.pid}`, file)
}
