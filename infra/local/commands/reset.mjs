import { existsSync, readdirSync, rmSync } from 'node:fs'
import process from 'node:process'
import { removeOutsideHome } from '../data/data-home.mjs'
import { profiles } from '../data/profile.mjs'
import { supervisorGone } from '../data/supervisor-gone.mjs'
import { supervisorPidFile } from '../data/supervisor-state.mjs'
import { Failure } from '../failure.mjs'
import { inLocal, localFolder } from '../paths.mjs'
import { livingHolder } from '../process/pid-file.mjs'
import { runningSession } from '../services/session.mjs'

/** What makes the clone itself: its name, ports and secrets, and the provider keys set on the page. */
const SECRETS = new Set(['instance.json', 'provider-keys.json'])

/** @param {import('../command-line.mjs').Arguments} given */
export async function reset({ values }) {
  const keepSecrets = values['keep-secrets'] === true
  await refuseWhileRunning()
  removeOutsideHome()
  if (existsSync(localFolder)) {
    for (const name of readdirSync(localFolder)) {
      if (keepSecrets && SECRETS.has(name)) continue
      rmSync(inLocal(name), { recursive: true, force: true })
    }
  }
  process.stdout.write(
    keepSecrets
      ? 'Deleted this clone’s local data; its ports, secrets and provider keys are kept.\n'
      : 'Deleted this clone’s local data, ports, secrets and provider keys.\n',
  )
  return 0
}

async function refuseWhileRunning() {
  const session = runningSession()
  if (session !== undefined) {
    throw new Failure(`This clone is running (process ${session.pid}).`, {
      mend: 'Stop it there with Ctrl-C first.',
    })
  }
  for (const profile of Object.values(profiles)) {
    await supervisorGone(profile)
    if (livingHolder(supervisorPidFile(profile)) === undefined) continue
    throw new Failure('A command of this clone still uses its Postgres and Redis.', {
      mend: 'Wait for `npm test`, or stop what uses them.',
    })
  }
}
