import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Failure } from '../failure.mjs'
import { inLocal } from '../paths.mjs'
import { livingHolder, takePidFile } from '../process/pid-file.mjs'

const pidFile = inLocal('run', 'session.pid')
const urlFile = inLocal('run', 'session-url')

/**
 * One command at a time runs a clone's services.
 * @throws {Failure} that says where they run already
 */
export function takeSession() {
  const taken = takePidFile(pidFile)
  if ('heldBy' in taken) throw alreadyRunning(taken.heldBy)
  return {
    /** @param {string} url */
    announce: (url) => writeFileSync(urlFile, url),
    release: () => {
      rmSync(urlFile, { force: true })
      taken.release()
    },
  }
}

/** @returns {{ pid: number, url: string | undefined } | undefined} */
export function runningSession() {
  const pid = livingHolder(pidFile)
  return pid === undefined ? undefined : { pid, url: announcedUrl() }
}

/** @param {number} pid */
function alreadyRunning(pid) {
  const url = announcedUrl()
  return new Failure(
    url === undefined
      ? `This clone is already being started by process ${pid}.`
      : `This clone is already running at ${url} (process ${pid}).`,
    { mend: 'Stop it there with Ctrl-C first.' },
  )
}

function announcedUrl() {
  try {
    return readFileSync(urlFile, 'utf8')
  } catch {
    return undefined
  }
}
