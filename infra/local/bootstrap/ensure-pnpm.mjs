import { existsSync, readFileSync } from 'node:fs'
import { explainInstallation } from '../explain-error.mjs'
import { Failure } from '../failure.mjs'
import { inRepository } from '../paths.mjs'
import { findOnPath } from '../process/find-on-path.mjs'
import { runProgram } from '../process/run-program.mjs'

const folder = inRepository('infra', 'local', 'pnpm')

/** The folder with `pnpm` in it. */
export const pnpmPath = inRepository('infra', 'local', 'pnpm', 'node_modules', '.bin')

/** Installs the pnpm that infra/local/pnpm pins by a committed lock, unless it is there. */
export async function ensurePnpm() {
  if (isPnpmInstalled()) return
  if (findOnPath('npm') === undefined) {
    throw new Failure('There is no npm on the PATH.', {
      mend: 'It comes with Node: https://nodejs.org.',
    })
  }
  const { ok, output } = await runProgram('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder })
  if (ok && isPnpmInstalled()) return
  throw (
    explainInstallation(output) ??
    new Failure('npm could not install pnpm.', { details: output.trim() })
  )
}

export function isPnpmInstalled() {
  return installedVersion() === pinnedVersion()
}

function pinnedVersion() {
  return readJson(inRepository('infra', 'local', 'pnpm', 'package.json')).dependencies.pnpm
}

function installedVersion() {
  const file = inRepository('infra', 'local', 'pnpm', 'node_modules', 'pnpm', 'package.json')
  return existsSync(file) ? readJson(file).version : undefined
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
