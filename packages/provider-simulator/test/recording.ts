import { existsSync, readFileSync } from 'node:fs'

// Recordings of the real providers, where a checkout has them beside it.
const folder = new URL('../../../../shared/fixtures/', import.meta.url)
export const recordingsPresent = existsSync(folder)
if (!recordingsPresent) {
  process.stderr.write(
    'The recorded exchanges are not beside this repository: the comparison with them is skipped.\n',
  )
}

export interface Recording {
  endpoint: string
  status: number
  headers: Record<string, string>
  body: string
}

export function recording(name: string): Recording {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Recording
}
