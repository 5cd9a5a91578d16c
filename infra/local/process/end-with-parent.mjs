import { existsSync } from 'node:fs'
import process from 'node:process'

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))

/**
 * For a program that is not ours and cannot watch its parent: on Linux the kernel signals it when this process dies,
 * however that happens. (`setpriv` belongs to util-linux, which every Debian has.)
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {'INT' | 'TERM'} signal
 * @param {{ uid: number, gid: number }} [user]
 */
export function endWithParent(command, parameters, signal, user) {
  if (process.platform !== 'linux' || SETPRIV === undefined) {
    return { command, parameters: [...parameters], user }
  }
  // Changing the user afterwards would clear the request, so setpriv does both.
  const asUser =
    user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
  return {
    command: SETPRIV,
    parameters: [...asUser, `--pdeathsig=${signal}`, '--', command, ...parameters],
    user: undefined,
  }
}
