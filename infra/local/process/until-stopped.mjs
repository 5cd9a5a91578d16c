import process from 'node:process'
import { commandLineOf } from './command-line-of.mjs'
import { isAlive, parentOf } from './is-alive.mjs'

const SHELLS = /^\S*\b(?:sh|bash|dash|zsh) -c\b/

/**
 * Calls `stop` once somebody wants this command to end: a signal, or the end of the npm or shell that it was started
 * by, which passes on neither SIGTERM nor SIGKILL.
 * @param {(reason: string) => void} stop again at a second Ctrl-C
 */
export function onStopWish(stop) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => stop(signal))
  }
  const ancestors = starters()
  const timer = setInterval(() => {
    if (process.ppid === ancestors[0] && ancestors.every((pid) => isAlive(pid))) return
    clearInterval(timer)
    stop('its parent has ended')
  }, 300)
  timer.unref()
}

/** This process's parent and, where that is the shell npm runs scripts by, its parent. */
function starters() {
  const parent = process.ppid
  if (!SHELLS.test(commandLineOf(parent))) return [parent]
  const grandparent = parentOf(parent)
  return grandparent > 1 ? [parent, grandparent] : [parent]
}
