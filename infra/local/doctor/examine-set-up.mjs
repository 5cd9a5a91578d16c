import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import process from 'node:process'
import { isPnpmInstalled } from '../bootstrap/ensure-pnpm.mjs'
import { areDependenciesInstalled } from '../bootstrap/install-dependencies.mjs'
import { nodeBinary } from '../bootstrap/node-binary.mjs'
import { readInstance } from '../instance/instance.mjs'
import { isPortFree } from '../instance/ports.mjs'
import { inRepository, localFolder, repositoryRoot } from '../paths.mjs'
import { runProgram } from '../process/run-program.mjs'

const NEEDED_GIB = 2

/** @typedef {import('./examination.mjs').Finding} Finding */

/**
 * What `npm start` stands on.
 * @returns {Promise<Finding[]>}
 */
export async function examineSetUp() {
  return [
    { ok: true, what: `Node ${process.versions.node} runs this command` },
    examineDisk(),
    examineFolder(),
    {
      ok: isPnpmInstalled(),
      what: `the pinned pnpm is ${isPnpmInstalled() ? 'installed' : 'not installed'}`,
      mend: '`npm start` installs it.',
    },
    examineDependencies(),
    await examineNode(),
  ]
}

/** @returns {Finding} */
function examineDisk() {
  const { bavail, bsize } = statfsSync(repositoryRoot)
  const free = (bavail * bsize) / 2 ** 30
  return {
    ok: free >= NEEDED_GIB,
    what: `the disk has ${free.toFixed(1)} GiB free`,
    mend: `Free some space: ${NEEDED_GIB} GiB are needed.`,
  }
}

/** @returns {Finding} */
function examineFolder() {
  const folder = existsSync(localFolder) ? localFolder : repositoryRoot
  try {
    accessSync(folder, constants.W_OK)
    return { ok: true, what: 'the clone is writable' }
  } catch {
    return {
      ok: false,
      what: `${folder} is not writable`,
      mend: 'Give your user the folder (`sudo chown -R "$USER" .`), or clone it to a place of your own.',
    }
  }
}

/** @returns {Finding} */
function examineDependencies() {
  if (areDependenciesInstalled()) return { ok: true, what: 'the dependencies match the lockfile' }
  if (existsSync(inRepository('node_modules', '.modules.yaml'))) {
    return { ok: true, what: 'the dependencies were changed since; the next start looks at them' }
  }
  return {
    ok: false,
    what: 'the dependencies are not installed',
    mend: '`npm start` installs them.',
  }
}

/** @returns {Promise<Finding>} */
async function examineNode() {
  try {
    const { ok, output } = await runProgram(nodeBinary(), ['--version'])
    return { ok, what: `the services’ own Node ${ok ? `is ${output.trim()}` : 'does not run'}` }
  } catch {
    return {
      ok: false,
      what: 'the services’ own Node is missing',
      mend: '`npm start` installs it.',
    }
  }
}

/**
 * Whether this clone's ports are free, while it does not run.
 * @returns {Promise<Finding[]>}
 */
export async function examinePorts() {
  const instance = await readInstance()
  const port = instance?.ports['web']
  if (instance === undefined || port === undefined) {
    return [{ ok: true, what: 'ports are chosen at the first start' }]
  }
  if (await isPortFree(port)) return [{ ok: true, what: `port ${port} is free for the page` }]
  return [
    {
      ok: !instance.webPortAsked,
      what: `port ${port} is taken by another program${instance.webPortAsked ? '' : '; the next start takes another'}`,
      mend: 'Stop that program, or choose another port with `npm start -- --port 3500`.',
    },
  ]
}
