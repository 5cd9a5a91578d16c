import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { explainInstallation } from '../explain-error.mjs'
import { Failure } from '../failure.mjs'
import { inRepository } from '../paths.mjs'
import { pnpmPath } from './ensure-pnpm.mjs'
import { nodeBinary } from './node-binary.mjs'
import { runProgram } from '../process/run-program.mjs'

const stamp = inRepository('node_modules', '.brainlyx-lockfile')

/**
 * What the lockfile says, in node_modules. Nothing happens where it is there already, so that a machine without a
 * network still starts.
 * @returns {Promise<boolean>} whether anything was done
 */
export async function installDependencies() {
  if (areDependenciesInstalled()) return false
  const pnpm = join(pnpmPath, 'pnpm')
  const { ok, output } = await runProgram(pnpm, ['install', '--frozen-lockfile'], {
    env: { ...process.env, CI: 'true' },
  })
  if (!ok) {
    throw (
      explainInstallation(output) ??
      new Failure('pnpm could not install the dependencies.', { details: tail(output) })
    )
  }
  nodeBinary()
  writeFileSync(stamp, lockfileHash())
  return true
}

/** Whether node_modules is what the lockfile says. */
export function areDependenciesInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfileHash()
}

function lockfileHash() {
  const hash = createHash('sha256')
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    hash.update(readFileSync(inRepository(name)))
  }
  // A folder that moved to another kind of machine has the wrong binaries in it.
  return hash.update(`${process.platform} ${process.arch}`).digest('hex')
}

/** @param {string} output */
function tail(output) {
  return output.trimEnd().split('\n').slice(-15).join('\n')
}
