// node run-service.mjs [--watch], in the folder of an app or of the simulator: runs it alone with the environment of
// this clone. For `pnpm turbo dev`, where one of these runs for each; the first sets up what they share.
import { mkdirSync } from 'node:fs'
import { basename } from 'node:path'
import process from 'node:process'
import { dataUrls } from './data/data-urls.mjs'
import { givenEnvironment } from './environment.mjs'
import { explainError } from './explain-error.mjs'
import { Failure } from './failure.mjs'
import { ensureInstance } from './instance/instance.mjs'
import { inLocal } from './paths.mjs'
import { countMembers, joinMembers } from './process/living-members.mjs'
import { withPidFile } from './process/pid-file.mjs'
import { onStopWish } from './process/until-stopped.mjs'
import { migrate } from './services/migrate.mjs'
import { spawnService } from './services/run-services.mjs'
import { serviceCatalogue, webOrigin } from './services/service-catalogue.mjs'
import { keepServicePorts } from './services/service-ports.mjs'
import { runningSession } from './services/session.mjs'

const members = inLocal('run', 'single-services')
const watch = process.argv.includes('--watch')

try {
  process.exitCode = await runService(basename(process.cwd()))
} catch (error) {
  const { message, mend, details } = explainError(error)
  process.stderr.write(`${details === undefined ? '' : `${details}\n`}${message} ${mend ?? ''}\n`)
  process.exitCode = 1
}

/**
 * @param {string} name
 * @returns {Promise<number>} exit code
 */
async function runService(name) {
  const session = runningSession()
  if (session !== undefined) {
    throw new Failure(`This clone already runs (process ${session.pid}).`, {
      mend: 'Stop it there with Ctrl-C first.',
    })
  }
  const { instance, data, environment } = await setUpOnce()
  const services = serviceCatalogue(instance, data.urls, environment)
  const service = services.find((one) => one.name === name)
  if (service === undefined) {
    process.stdout.write(`${name} is not needed: a provider key is set.\n`)
    return 0
  }
  const child = spawnService(service, { watch, inherit: true })
  if (name === 'web') process.stdout.write(`Brainlyx AI will be at ${webOrigin(instance)}\n`)
  onStopWish(() => child.kill('SIGTERM'))
  const code = await new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', () => resolve(127))
  })
  data.release()
  return code ?? 0
}

/** Ports and migrations, by the first of the services that are started together; the others take what it chose. */
async function setUpOnce() {
  const environment = givenEnvironment()
  mkdirSync(inLocal('run'), { recursive: true })
  return withPidFile(inLocal('run', 'set-up.pid'), async () => {
    const first = countMembers(members) === 0
    joinMembers(members, process.pid)
    const instance = first ? await keepServicePorts() : await ensureInstance()
    const data = await dataUrls(environment)
    if (first) await migrate(data.urls)
    return { instance, data, environment }
  })
}
