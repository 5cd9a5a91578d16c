import { existsSync } from 'node:fs'
import process from 'node:process'
import { runProgram } from '../process/run-program.mjs'
import { findOnPath } from '../process/find-on-path.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC = ['/Applications/Google Chrome.app', '/Applications/Chromium.app'].map(
  (app) => `${app}/Contents/MacOS/${app.slice('/Applications/'.length, -'.app'.length)}`,
)

/**
 * The browser for browser tests: the machine's own, else Debian's, which only root can install.
 * @param {Record<string, string | undefined>} environment
 * @returns {Promise<{ path: string } | { reason: string }>}
 */
export async function findOrInstallChromium(environment) {
  const asked = environment['CHROMIUM_PATH']
  if (asked !== undefined && asked !== '') {
    return existsSync(asked)
      ? { path: asked }
      : { reason: `CHROMIUM_PATH names ${asked}, which is not there` }
  }
  const found = installedChromium()
  if (found !== undefined) return { path: found }
  if (findOnPath('apt-get') === undefined) {
    return { reason: 'there is no Chromium on the PATH; install one or set CHROMIUM_PATH' }
  }
  if (process.getuid?.() !== 0) {
    return {
      reason:
        'there is no Chromium, and only root can install it (`sudo apt-get install chromium`)',
    }
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const parameters = ['install', '-y', '--no-install-recommends', 'chromium']
  let installed = await runProgram('apt-get', parameters, { env })
  if (!installed.ok) {
    await runProgram('apt-get', ['update'], { env })
    installed = await runProgram('apt-get', parameters, { env })
  }
  const path = installedChromium()
  if (path !== undefined) return { path }
  const said = installed.output.trimEnd().split('\n').at(-1)
  return { reason: `apt-get could not install chromium: ${said}` }
}

function installedChromium() {
  for (const name of NAMES) {
    const path = findOnPath(name)
    if (path !== undefined) return path
  }
  return process.platform === 'darwin' ? MAC.find((path) => existsSync(path)) : undefined
}
