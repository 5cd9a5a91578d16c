// node data-supervisor.mjs <local|test> [postgres] [redis]: parent of a clone's Postgres and Redis. Apart from the
// commands that need them, so that it can stop them properly when the last of those has ended, also by SIGKILL.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { explainError } from '../explain-error.mjs'
import { Failure } from '../failure.mjs'
import { keepPorts } from '../instance/keep-ports.mjs'
import { ensureInstance } from '../instance/instance.mjs'
import { KeptProcess } from '../process/kept-process.mjs'
import { countMembers } from '../process/living-members.mjs'
import { endPrograms } from '../process/run-program.mjs'
import { takePidFile } from '../process/pid-file.mjs'
import { connectionUrls } from './connection-urls.mjs'
import { dataHome } from './data-home.mjs'
import { postgresBinaries } from './postgres-binaries.mjs'
import { ensureRolesAndDatabase, waitForPostgres } from './postgres-roles.mjs'
import { ensureCluster, spawnPostgres, stopLeftoverPostgres } from './postgres.mjs'
import { dataUsersFolder, profiles } from './profile.mjs'
import { findOrFetchRedis } from './redis-binary.mjs'
import { spawnRedis, stopLeftoverRedis, waitForRedis } from './redis.mjs'
import { supervisorPidFile, writeSupervisorState } from './supervisor-state.mjs'

/** Services of the last user may still be closing their connections. */
const LINGER_MS = 1_000

const profile = profiles[/** @type {'local' | 'test'} */ (process.argv[2])]
const services = process.argv.slice(3)

const taken = takePidFile(supervisorPidFile(profile))
if ('heldBy' in taken) process.exit(0)
/** @param {Partial<import('./supervisor-state.mjs').SupervisorState>} change */
const tell = (change) =>
  writeSupervisorState(profile, { pid: process.pid, phase: 'starting', services, ...change })

/** @type {KeptProcess[]} */
const kept = []
const asked = new AbortController()
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    asked.abort()
  })
}

try {
  tell({})
  const unneeded = untilNobodyNeedsThem()
  const started = start().then(() => tell({ phase: 'ready' }))
  // Whoever waited may have gone while Redis was being fetched.
  await Promise.race([unneeded, started])
  await unneeded
  tell({ phase: 'stopping' })
  await stop()
} catch (error) {
  await stop()
  const { message, mend, details } = explainError(error)
  tell({ phase: 'failed', failure: { sentence: message, mend, details } })
  process.exitCode = 1
} finally {
  taken.release()
  // Otherwise it would go on looking for users.
  process.exit()
}

async function start() {
  const instance = await ensureInstance()
  const home = dataHome(profile, instance)
  const logs = join(profile.folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const logOf = (/** @type {string} */ name) => {
    const file = join(logs, `${name}.log`)
    writeFileSync(file, '')
    return file
  }
  // What an earlier supervisor left would hold the ports.
  const cluster = join(home, 'postgres')
  const redisFolder = join(home, 'redis')
  if (services.includes('postgres')) await stopLeftoverPostgres(cluster)
  if (services.includes('redis')) await stopLeftoverRedis(redisFolder)
  const ports = await keepPorts(
    instance,
    services.map((name) => {
      const which = /** @type {'postgres' | 'redis'} */ (name)
      return { name: profile.portNames[which], preferred: profile.preferredPorts[which], step: 1 }
    }),
  )
  instance.ports = ports
  const urls = connectionUrls(profile, instance)

  const startPostgres = async () => {
    const passwords = instance.secrets.postgres
    const options = {
      binaries: postgresBinaries(home),
      folder: cluster,
      port: Number(ports[profile.portNames.postgres]),
      password: profile.durable ? passwords.superuser : passwords.test,
      durable: profile.durable,
      logFile: logOf('postgres'),
    }
    ensureCluster(options)
    kept.push(
      await KeptProcess.start({
        name: 'postgres',
        // Fast shutdown: ends connections, then writes everything out.
        stopSignal: 'SIGINT',
        logFile: options.logFile,
        spawn: () => spawnPostgres(options),
        whenReady: (hasEnded) => waitForPostgres(urls.superuser, hasEnded),
      }),
    )
    if (profile.durable) await ensureRolesAndDatabase(urls.superuser, passwords)
  }
  const startRedis = async () => {
    const options = {
      binary: await findOrFetchRedis(home),
      folder: redisFolder,
      port: Number(ports[profile.portNames.redis]),
      password: instance.secrets.redis,
      durable: profile.durable,
      logFile: logOf('redis'),
    }
    kept.push(
      await KeptProcess.start({
        name: 'redis',
        stopSignal: 'SIGTERM',
        logFile: options.logFile,
        spawn: () => spawnRedis(options),
        whenReady: (hasEnded) => waitForRedis(options, hasEnded),
      }),
    )
  }
  const started = await Promise.allSettled([
    services.includes('postgres') ? startPostgres() : undefined,
    services.includes('redis') ? startRedis() : undefined,
  ])
  for (const result of started) if (result.status === 'rejected') throw result.reason
}

async function untilNobodyNeedsThem() {
  let alone = 0
  while (!asked.signal.aborted && alone < LINGER_MS) {
    await sleep(250)
    alone = countMembers(dataUsersFolder(profile)) === 0 ? alone + 250 : 0
    for (const { failure } of kept) if (failure instanceof Failure) throw failure
  }
}

async function stop() {
  endPrograms()
  await Promise.all(kept.map((one) => one.stop()))
}
