import { setTimeout as sleep } from 'node:timers/promises'
import { livingHolder } from '../process/pid-file.mjs'
import { countMembers } from '../process/living-members.mjs'
import { dataUsersFolder } from './profile.mjs'
import { supervisorPidFile } from './supervisor-state.mjs'

/**
 * Waits until a profile's Postgres and Redis are down, unless another command still needs them.
 * @param {import('./profile.mjs').Profile} profile
 */
export async function supervisorGone(profile) {
  const deadline = performance.now() + 30_000
  while (livingHolder(supervisorPidFile(profile)) !== undefined && performance.now() < deadline) {
    if (countMembers(dataUsersFolder(profile)) > 0) return
    await sleep(50)
  }
}
