import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { Failure } from '../failure.mjs'
import { findOnPath } from '../process/find-on-path.mjs'
import { runProgram } from '../process/run-program.mjs'
import { unprivilegedUser } from './unprivileged-user.mjs'

/** @typedef {{ path: string, environment: Record<string, string> }} RedisBinary */

/** For a machine whose own packages are in a state that apt makes no plan for. */
const USUAL_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1']
const MEND_SELF = 'Install redis-server, or set REDIS_URL to a Redis of your own.'

/**
 * The Redis that is on the PATH, else Debian's package unpacked into the clone, which needs no root and leaves the
 * system as it is, else (as root) installed by apt-get.
 * @param {string} home a folder the data services' user can enter
 * @returns {Promise<RedisBinary>}
 */
export async function findOrFetchRedis(home) {
  const installed = findOnPath('redis-server')
  if (installed !== undefined) return { path: installed, environment: {} }
  const unpacked = join(home, 'redis-binaries')
  if (runs(unpackedBinary(unpacked))) return unpackedBinary(unpacked)
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg') === undefined) {
    throw new Failure('There is no redis-server on this machine.', {
      mend: process.platform === 'darwin' ? 'Run `brew install redis`.' : MEND_SELF,
    })
  }
  const report = await unpackDebianPackages(home, unpacked)
  if (runs(unpackedBinary(unpacked))) return unpackedBinary(unpacked)
  if (unprivilegedUser !== undefined) {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'])
    const path = findOnPath('redis-server')
    if (path !== undefined) return { path, environment: {} }
  }
  throw new Failure('redis-server could not be fetched from the Debian packages.', {
    mend: MEND_SELF,
    details: report,
  })
}

/**
 * @param {string} home
 * @param {string} target appears once it is complete
 * @returns {Promise<string>} what apt said
 */
async function unpackDebianPackages(home, target) {
  const draft = mkdtempSync(`${target}-`)
  try {
    const archives = join(draft, 'archives')
    mkdirSync(archives)
    let output = await download(archives, [])
    if (readdirSync(archives).length === 0) {
      // The machine's own package lists are missing (a slim image) or old: fetch some for this clone alone.
      const lists = privateLists(home)
      await run('apt-get', [...lists, 'update'])
      output += await download(archives, lists)
    }
    const root = join(draft, 'root')
    for (const name of readdirSync(archives)) {
      output += await run('dpkg', ['-x', join(archives, name), root])
    }
    if (existsSync(root)) {
      spawnSync('chmod', ['-R', 'go+rX', root])
      rmSync(target, { recursive: true, force: true })
      renameSync(root, target)
    }
    return output
  } finally {
    for (const path of [draft, join(home, 'apt')]) rmSync(path, { recursive: true, force: true })
  }
}

/**
 * Downloads redis-server and what it needs that is not installed.
 * @param {string} folder
 * @param {readonly string[]} options of apt-get
 */
async function download(folder, options) {
  const plan = await run('apt-get', [
    ...options,
    '--simulate',
    '--no-install-recommends',
    'install',
    'redis-server',
  ])
  const planned = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '')
  const packages = planned.length === 0 ? USUAL_PACKAGES : planned
  // apt-get's own downloader gives up its rights as root, and then cannot write here: it stays root.
  const asRoot = unprivilegedUser === undefined ? [] : ['-o', 'APT::Sandbox::User=root']
  return plan + (await run('apt-get', [...options, ...asRoot, 'download', ...packages], folder))
}

/** @param {string} home */
function privateLists(home) {
  const state = join(home, 'apt')
  for (const name of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(state, name), { recursive: true })
  }
  return [
    '-o',
    `Dir::State::lists=${join(state, 'lists')}`,
    '-o',
    `Dir::Cache=${join(state, 'cache')}`,
    '-o',
    'Debug::NoLocking=1',
  ]
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {string} [cwd]
 * @returns {Promise<string>} what it said; whether it worked shows in what it made
 */
async function run(command, parameters, cwd = '/') {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  return (await runProgram(command, parameters, { cwd, env })).output
}

/**
 * @param {string} folder
 * @returns {RedisBinary}
 */
function unpackedBinary(folder) {
  const libraries = ['usr/lib', 'lib'].flatMap((base) => {
    const path = join(folder, base)
    if (!existsSync(path)) return []
    return [path, ...readdirSync(path).map((name) => join(path, name))]
  })
  // Debian's redis-server is a link to redis-check-rdb in another package; both are unpacked here.
  return {
    path: join(folder, 'usr/bin/redis-server'),
    environment: { LD_LIBRARY_PATH: libraries.join(':') },
  }
}

/** @param {RedisBinary} binary */
function runs({ path, environment }) {
  if (!existsSync(path)) return false
  const env = { ...process.env, ...environment }
  return spawnSync(path, ['--version'], { ...unprivilegedUser, cwd: '/', env }).status === 0
}
