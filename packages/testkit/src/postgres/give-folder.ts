import { chmodSync, chownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { unprivilegedUser } from '../../../../infra/local/data/unprivileged-user.mjs'

/** Gives a folder and all in it to the user that the data services run as; the folder itself gets the mode. */
export function giveFolder(folder: string, mode: number): void {
  if (unprivilegedUser !== undefined) {
    const { uid, gid } = unprivilegedUser
    chownSync(folder, uid, gid)
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      chownSync(join(folder, name), uid, gid)
  }
  chmodSync(folder, mode)
}
