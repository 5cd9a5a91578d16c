import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The browser's files: beside the bundle, or in the build folder when the source runs. */
export function clientDirectory(): string {
  const besideBundle = join(import.meta.dirname, 'client')
  return existsSync(besideBundle)
    ? besideBundle
    : join(import.meta.dirname, '..', '..', 'build', 'client')
}
