import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

/**
 * Whether the process with this id runs; a zombie does not.
 * @param {number} pid
 * @param {string} [identity] what `identityOf` said when it was known: ids are used again
 */
export function isAlive(pid, identity) {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, as another user.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false
  }
  if (process.platform === 'linux' && fieldsOf(pid)?.[0] === 'Z') return false
  return identity === undefined || identity === '' || identityOf(pid) === identity
}

/**
 * When the process started, as this system writes it; '' where it does not say.
 * @param {number} pid
 */
export function identityOf(pid) {
  // The 22nd field of the whole line is starttime; the state, which comes first here, is the third.
  if (process.platform === 'linux') return fieldsOf(pid)?.[19] ?? ''
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

/**
 * The parent of a process, 0 where unknown.
 * @param {number} pid
 */
export function parentOf(pid) {
  if (process.platform === 'linux') return Number(fieldsOf(pid)?.[1] ?? 0)
  try {
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return 0
  }
}

/**
 * /proc/<pid>/stat from its state on; the name before it may hold spaces and brackets.
 * @param {number} pid
 */
function fieldsOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
