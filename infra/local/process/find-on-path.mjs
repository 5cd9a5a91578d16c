import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'

/**
 * @param {string} name of a program
 * @param {string} [path] folders, as PATH has them
 * @returns {string | undefined}
 */
export function findOnPath(name, path = process.env['PATH'] ?? '') {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      if (statSync(file).isFile()) return file
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
