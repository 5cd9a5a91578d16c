import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeBinary } from '../bootstrap/node-binary.mjs'
import { dataUsersFolder, profiles } from '../data/profile.mjs'
import { inLocal } from '../paths.mjs'
import { identityOf } from '../process/is-alive.mjs'
import { KeptProcess } from '../process/kept-process.mjs'
import { joinMembers } from '../process/living-members.mjs'

const READY_WITHIN_MS = 60_000
const preload = new URL('../process/die-with-supervisor.mjs', import.meta.url).href

/** The services of a command that runs them all. */
export class RunningServices {
  /** @type {KeptProcess[]} */
  #kept = []

  /**
   * Starts all at once, since each waits for what it needs by itself, and waits until all are ready.
   * @param {readonly import('./service-catalogue.mjs').Service[]} services
   * @param {{ watch: boolean, say: (text: string) => void }} options
   */
  async start(services, { watch, say }) {
    const results = await Promise.allSettled(
      services.map(async (service, index) => {
        const kept = new KeptProcess({
          name: service.name,
          stopSignal: 'SIGTERM',
          logFile: newLog(service.name),
          stopWithinMs: 10_000,
          spawn: () => spawnService(service, { watch }),
          whenReady: (hasEnded) => untilReady(service, hasEnded),
          onRestart: (event) =>
            say(
              event === 'ended'
                ? `  ${service.name} has ended and is started again; its log is ${logFile(service.name)}`
                : `  ${service.name} is ready again`,
            ),
        })
        this.#kept[index] = kept
        await kept.run()
      }),
    )
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /** Why a service was given up, where one was. */
  get failure() {
    return this.#kept.find((kept) => kept.failure !== undefined)?.failure
  }

  /** In the reverse order, so that each still finds what it needs to finish its work. */
  async stop() {
    for (const kept of this.#kept.filter(Boolean).reverse()) await kept.stop()
  }

  kill() {
    for (const kept of this.#kept.filter(Boolean)) kept.kill()
  }
}

/**
 * @param {import('./service-catalogue.mjs').Service} service
 * @param {{ watch: boolean, inherit?: boolean }} options `inherit`: its output goes to ours instead of its log
 */
export function spawnService(service, { watch, inherit = false }) {
  const log = inherit ? undefined : openSync(logFile(service.name), 'a')
  const child = spawn(
    nodeBinary(),
    [
      `--import=${preload}`,
      ...(watch ? [...watchFlags(service), service.sourceEntry] : [service.builtEntry]),
    ],
    {
      cwd: service.folder,
      detached: true,
      stdio: ['ignore', log ?? 'inherit', log ?? 'inherit'],
      env: {
        ...service.environment,
        NODE_ENV: watch ? 'development' : 'production',
        BRAINLYX_SUPERVISOR: `${process.pid} ${identityOf(process.pid)}`,
      },
    },
  )
  if (log !== undefined) closeSync(log)
  // Postgres and Redis stay until it has finished its work with them.
  if (child.pid !== undefined) {
    child.once('exit', joinMembers(dataUsersFolder(profiles.local), child.pid))
  }
  return child
}

/** @param {import('./service-catalogue.mjs').Service} service */
function watchFlags({ watchedFolders }) {
  const what = watchedFolders?.map((folder) => `--watch-path=${folder}`) ?? ['--watch']
  return [...what, '--watch-preserve-output']
}

/**
 * @param {import('./service-catalogue.mjs').Service} service
 * @param {() => boolean} hasEnded
 */
export async function untilReady(service, hasEnded) {
  const deadline = performance.now() + READY_WITHIN_MS
  for (;;) {
    if (hasEnded()) throw new Error(`${service.name} has ended`)
    if (performance.now() > deadline) throw new Error(`${service.name} did not become ready`)
    try {
      const signal = AbortSignal.timeout(2_000)
      const response = await fetch(`http://127.0.0.1:${service.operationsPort}/readyz`, { signal })
      await response.body?.cancel()
      if (response.ok) return
    } catch {
      // Not listening yet.
    }
    await sleep(50)
  }
}

/** @param {string} name */
function logFile(name) {
  return inLocal('logs', `${name}.log`)
}

/** @param {string} name */
function newLog(name) {
  mkdirSync(inLocal('logs'), { recursive: true })
  writeFileSync(logFile(name), '')
  return logFile(name)
}
