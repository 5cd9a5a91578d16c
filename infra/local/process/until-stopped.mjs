import process from 'node:process'
import { commandLineOf } from './command-line-of.mjs'
import { isAlive, parentOf } from './is-alive.mjs'

/** What runs a package's scripts: npm, pnpm, turbo, and the shells between them. */
const RUNNERS =
  /^\S*\b(?:sh|bash|dash|zsh) -c\b|^\S*\b(?:npm|pnpm|turbo)\b|^\S*\bnode\b.*?\b(?:npm|pnpm|turbo)\b/

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

/** This process's parent; where that runs scripts for another, all of them, up to the first that does not. */
function starters() {
  const pids = [process.ppid]
  for (;;) {
    const last = pids.at(-1) ?? 0
    const next = parentOf(last)
    const belongs = RUNNERS.test(commandLineOf(last)) && RUNNERS.test(commandLineOf(next))
    if (!belongs || next <= 1) return pids
    pids.push(next)
  }
}
