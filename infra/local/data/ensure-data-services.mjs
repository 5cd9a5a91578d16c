import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Failure } from '../failure.mjs'
import { ensureInstance } from '../instance/instance.mjs'
import { joinMembers } from '../process/living-members.mjs'
import { livingHolder } from '../process/pid-file.mjs'
import { connectionUrls } from './connection-urls.mjs'
import { dataUsersFolder } from './profile.mjs'
import { readSupervisorState, supervisorPidFile } from './supervisor-state.mjs'

/** Fetching Redis over a slow line is the longest part. */
const START_WITHIN_MS = 180_000

/**
 * Makes sure that a profile's Postgres and Redis run, and keeps them running as long as this process lives or until
 * `release()`.
 * @param {import('./profile.mjs').Profile} profile
 * @param {{ services?: string[] }} [options] `services`: of `postgres`, `redis`
 * @returns {Promise<{ urls: ReturnType<typeof connectionUrls>, release: () => void, revive: () => Promise<boolean> }>} `revive` starts them
 *   again where their supervisor was killed, and says whether it was
 */
export async function ensureDataServices(profile, { services = ['postgres', 'redis'] } = {}) {
  await ensureInstance()
  const release = joinMembers(dataUsersFolder(profile), process.pid)
  try {
    await supervisorReady(profile, services)
    return {
      urls: connectionUrls(profile, await ensureInstance()),
      release,
      revive: async () => {
        if (livingHolder(supervisorPidFile(profile)) !== undefined) return false
        await supervisorReady(profile, services)
        return true
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

/**
 * @param {import('./profile.mjs').Profile} profile
 * @param {string[]} services
 */
async function supervisorReady(profile, services) {
  const deadline = performance.now() + START_WITHIN_MS
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let mine
  while (performance.now() < deadline) {
    const holder = livingHolder(supervisorPidFile(profile))
    const state = readSupervisorState(profile)
    if (holder !== undefined) {
      if (state?.pid === holder && state.phase === 'ready') return assertHas(state, services)
      if (state?.pid === holder) throwFailureOf(state)
    } else if (mine === undefined) {
      mine = startSupervisor(profile, services)
    } else if (mine.exitCode !== null) {
      if (state?.pid === mine.pid) throwFailureOf(state)
      // Another command's supervisor was first and has ended since.
      mine = undefined
    }
    await sleep(40)
  }
  throw new Failure('Postgres and Redis did not start in time.', {
    mend: `Their logs are in ${join(profile.folder, 'logs')}.`,
  })
}

/** @param {import('./supervisor-state.mjs').SupervisorState | undefined} state */
function throwFailureOf(state) {
  if (state?.failure === undefined) return
  const { sentence, mend, details } = state.failure
  throw new Failure(sentence, { mend, details })
}

/**
 * @param {import('./supervisor-state.mjs').SupervisorState} state
 * @param {string[]} services
 */
function assertHas(state, services) {
  if (services.every((service) => state.services.includes(service))) return
  throw new Failure('Another command of this clone runs with DATABASE_URL or REDIS_URL set.', {
    mend: 'Stop it first, or set the same variables here.',
  })
}

/**
 * @param {import('./profile.mjs').Profile} profile
 * @param {string[]} services
 */
function startSupervisor(profile, services) {
  const log = join(profile.folder, 'logs', 'data-supervisor.log')
  mkdirSync(dirname(log), { recursive: true })
  const output = openSync(log, 'w')
  const entry = fileURLToPath(new URL('data-supervisor.mjs', import.meta.url))
  // A session of its own: Ctrl-C in the terminal is for the command, which then stops things in order.
  const child = spawn(process.execPath, [entry, profile.name, ...services], {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: '/',
  })
  closeSync(output)
  child.unref()
  return child
}
