import { runSession } from '../services/run-session.mjs'

/** @param {import('../command-line.mjs').Arguments} given */
export function start(given) {
  return runSession(given, { watch: false })
}
