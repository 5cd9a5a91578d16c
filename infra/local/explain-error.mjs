import { Failure } from './failure.mjs'

/** @typedef {{ pattern: RegExp, sentence: (found: RegExpMatchArray) => string, mend: string }} Cause */

/**
 * Causes a person can mend, by what Node, Postgres and Redis say of them.
 * @type {readonly Cause[]}
 */
const CAUSES = [
  {
    pattern: /ENOSPC|No space left on device|disk quota exceeded|EDQUOT/i,
    sentence: () => 'The disk is full.',
    mend: 'Free some space (a clone needs about 2 GB) and run the command again.',
  },
  {
    pattern: /EADDRINUSE(?:.*?:(\d+))?|address already in use/i,
    sentence: (found) => `Port ${found[1] ?? 'wanted here'} is taken by another program.`,
    mend: 'Stop that program, or choose another port with `npm start -- --port 3500`.',
  },
  {
    pattern: /(?:EACCES|EPERM|EROFS)[^'\n]*(?:'([^']+)')?|permission denied/i,
    sentence: (found) => `There is no permission to write ${found[1] ?? 'in this folder'}.`,
    mend: 'Give your user the folder (`sudo chown -R "$USER" .`), or clone it to a place of your own.',
  },
]

/**
 * What npm and pnpm say. In a service's log the same words mean something else.
 * @type {readonly Cause[]}
 */
const INSTALLATION_CAUSES = [
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL/,
    sentence: () => 'The package registry could not be reached.',
    mend: 'Check the network (and `npm config get registry`) and run the command again.',
  },
  {
    pattern: /ERR_PNPM_OUTDATED_LOCKFILE/,
    sentence: () => 'pnpm-lock.yaml does not match the package.json files.',
    mend: 'Run `pnpm install` once and commit the changed lockfile.',
  },
  ...CAUSES,
]

/**
 * @param {string} text an error's message or the output of a program that failed
 * @returns {Failure | undefined}
 */
export function explainText(text) {
  return explainBy(CAUSES, text)
}

/** @param {string} output of npm or pnpm */
export function explainInstallation(output) {
  return explainBy(INSTALLATION_CAUSES, output)
}

/**
 * @param {readonly Cause[]} causes
 * @param {string} text
 */
function explainBy(causes, text) {
  for (const { pattern, sentence, mend } of causes) {
    const found = text.match(pattern)
    if (found !== null) return new Failure(sentence(found), { mend })
  }
  return undefined
}

/**
 * @param {unknown} error
 * @returns {Failure} itself where it is one
 */
export function explainError(error) {
  if (error instanceof Failure) return error
  const text = error instanceof Error ? error.message : String(error)
  const explained = explainText(text)
  if (explained !== undefined)
    return new Failure(explained.message, { mend: explained.mend, cause: error })
  return new Failure(text, {
    mend: '`npm run doctor` looks at the whole set-up.',
    details: error instanceof Error ? error.stack : undefined,
    cause: error,
  })
}
