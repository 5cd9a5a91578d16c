import process from 'node:process'
import { connectionUrls } from '../data/connection-urls.mjs'
import { environmentLines } from '../data/environment-lines.mjs'
import { profileOf } from '../data/profile.mjs'
import { readSupervisorState, supervisorPidFile } from '../data/supervisor-state.mjs'
import { Failure } from '../failure.mjs'
import { ensureInstance } from '../instance/instance.mjs'
import { livingHolder } from '../process/pid-file.mjs'

/** @param {import('../command-line.mjs').Arguments} given */
export async function env({ positionals }) {
  const profile = profileOf(positionals[0])
  const running = livingHolder(supervisorPidFile(profile)) !== undefined
  if (!running || readSupervisorState(profile)?.phase !== 'ready') {
    throw new Failure('Postgres and Redis do not run.', {
      mend: `Start them with \`node infra/local/cli.mjs services ${profile.name}\`.`,
    })
  }
  process.stdout.write(environmentLines(profile, connectionUrls(profile, await ensureInstance())))
  return 0
}
