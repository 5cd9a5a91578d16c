import { spawn } from 'node:child_process'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootstrap } from '../bootstrap/bootstrap.mjs'
import { endPrograms } from '../process/run-program.mjs'
import { parsePort } from '../command-line.mjs'
import { dataUrls } from '../data/data-urls.mjs'
import { dataUsersFolder, profiles } from '../data/profile.mjs'
import { supervisorGone } from '../data/supervisor-gone.mjs'
import { givenEnvironment } from '../environment.mjs'
import { findOnPath } from '../process/find-on-path.mjs'
import { leaveMembers } from '../process/living-members.mjs'
import { onStopWish } from '../process/until-stopped.mjs'
import { Progress } from '../progress.mjs'
import { buildApps } from './build.mjs'
import { migrate } from './migrate.mjs'
import { settingsKeys } from './provider-keys.mjs'
import { RunningServices } from './run-services.mjs'
import { serviceCatalogue, webOrigin } from './service-catalogue.mjs'
import { keepServicePorts } from './service-ports.mjs'
import { takeSession } from './session.mjs'

/**
 * Sets everything up, runs all services and ends them in order when somebody wishes so.
 * @param {import('../command-line.mjs').Arguments} given
 * @param {{ watch: boolean }} options `watch`: from source, with reload
 * @returns {Promise<number>} exit code
 */
export async function runSession({ values }, { watch }) {
  const askedPort = typeof values['port'] === 'string' ? parsePort(values['port']) : undefined
  const progress = new Progress()
  const session = takeSession()
  const running = new RunningServices()
  const stopped = stopWish(running, progress)
  const over = new AbortController()
  try {
    /** @type {typeof progress.step} A wish to stop ends the work between its steps. */
    const step = async (title, work) => {
      over.signal.throwIfAborted()
      const result = await progress.step(title, work)
      over.signal.throwIfAborted()
      return result
    }
    const work = async () => {
      const instance = await keepServicePorts(askedPort, (text) => progress.say(`  ${text}`))
      await bootstrap(progress)
      over.signal.throwIfAborted()
      const environment = givenEnvironment()
      const data = await step('Postgres and Redis', async (remark) => {
        const found = await dataUrls(environment)
        remark(found.remark)
        return found
      })
      await step('migrations', async (remark) => remark(await migrate(data.urls)))
      const services = serviceCatalogue(instance, data.urls, environment)
      if (!watch) {
        await step('build', async (remark) => {
          const entries = services.map((service) => service.builtEntry)
          if (!(await buildApps(entries))) remark('unchanged')
        })
      }
      await step('services', async (remark) => {
        remark(services.map((service) => service.name).join(', '))
        await running.start(services, { watch, say: (text) => progress.say(text) })
      })
      const url = webOrigin(instance)
      session.announce(url)
      welcome(progress, {
        url,
        simulated: services.some(isSimulator) && settingsKeys().length === 0,
        hasMailbox: services.every(({ environment: own }) => own['SMTP_URL'] === undefined),
      })
      if (values['open'] === true) openInBrowser(url)
      await untilGivenUp({ running, revive: data.revive, progress, signal: over.signal })
    }
    await Promise.race([stopped, work()])
    return 0
  } finally {
    over.abort()
    endPrograms()
    await running.stop()
    leaveMembers(dataUsersFolder(profiles.local), process.pid)
    await supervisorGone(profiles.local)
    session.release()
  }
}

/**
 * @param {RunningServices} running
 * @param {Progress} progress
 * @returns {Promise<void>} once somebody wants this to end
 */
function stopWish(running, progress) {
  return new Promise((resolve) => {
    let wishes = 0
    onStopWish(() => {
      wishes++
      if (wishes === 1) {
        progress.say('\n  Stopping. The data is kept.')
        resolve()
      } else running.kill()
    })
  })
}

/**
 * @param {object} session
 * @param {RunningServices} session.running
 * @param {() => Promise<boolean>} session.revive
 * @param {Progress} session.progress
 * @param {AbortSignal} session.signal
 */
async function untilGivenUp({ running, revive, progress, signal }) {
  while (!signal.aborted) {
    if (running.failure !== undefined) throw running.failure
    if (await revive()) progress.say('  Postgres and Redis had ended and are started again')
    await sleep(500)
  }
}

/**
 * @param {Progress} progress
 * @param {{ url: string, simulated: boolean, hasMailbox: boolean }} state
 */
function welcome(progress, { url, simulated, hasMailbox }) {
  progress.say('')
  if (simulated) {
    progress.say(
      '  No provider key is set in .env, so answers are simulated until you add one there or',
    )
    progress.say('  under Administration → Provider keys.')
  }
  if (hasMailbox) progress.say(`  Mail that it would send is shown at ${url}/mailbox.`)
  progress.say('  Ctrl-C stops it; logs are in .local/logs.')
  progress.say('')
  progress.say(`  Brainlyx AI runs at ${url}`)
}

/** @param {import('./service-catalogue.mjs').Service} service */
function isSimulator(service) {
  return service.name === 'provider-simulator'
}

/** @param {string} url */
function openInBrowser(url) {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  if (findOnPath(opener) === undefined) return
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref()
}
