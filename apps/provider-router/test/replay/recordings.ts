import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder that comes beside a checkout of this repository, and how many exchanges it holds. */
const defaultFolder = resolve(import.meta.dirname, '../../../../../shared/fixtures')
const DEFAULT_COUNT = 123

export interface Recordings {
  readonly folder: string
  readonly replayProgram: string
  /** null where the folder is one of the reader's own. */
  readonly count: number | null
}

/** The recordings, in `BRAINLYX_FIXTURES` where that is set; undefined where there are none. */
export function findRecordings(environment: NodeJS.ProcessEnv): Recordings | undefined {
  const given = environment['BRAINLYX_FIXTURES']
  const folder = given === undefined || given === '' ? defaultFolder : resolve(given)
  const replayProgram = [folder, defaultFolder]
    .map((directory) => join(directory, 'replay-server.mjs'))
    .find((file) => existsSync(file))
  if (!existsSync(folder) || replayProgram === undefined) return undefined
  return { folder, replayProgram, count: folder === defaultFolder ? DEFAULT_COUNT : null }
}
