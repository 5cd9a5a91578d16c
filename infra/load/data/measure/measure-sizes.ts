import { createDatabase } from '@brainlyx/db'
import { quantile } from '../../router/measure/statistics.ts'
import type { LoadedDatabase } from '../server/loaded-database.ts'
import { countBuffers } from './count-buffers.ts'
import { OPERATIONS } from './operations.ts'
import type { Operation } from './operations.ts'
import { drawPlaces } from './places.ts'
import { timeOperation } from './time-operation.ts'

export interface Measured {
  readonly operation: Operation
  readonly size: string
  readonly places: number
  readonly p50Ms: number
  readonly p95Ms: number
  /** The first time at a place: in the server's memory or not, as chance has it. */
  readonly firstP50Ms: number
  readonly buffers: number
}

/** Each operation that has places in all databases, in each: its time, and the mean of what it looks at. */
export async function measureSizes(
  releases: AsyncDisposableStack,
  databases: readonly LoadedDatabase[],
  options: { times: number; explained: number; tell?: (line: string) => void },
): Promise<Measured[]> {
  const { times, explained, tell = () => {} } = options
  const subjects = []
  for (const database of databases) {
    const db = createDatabase({ url: database.url, name: 'bench', poolSize: 2 })
    releases.defer(() => db.destroy())
    subjects.push({ database, db, places: await drawPlaces(database, times) })
  }
  const measured: Measured[] = []
  for (const operation of OPERATIONS) {
    tell(`${operation.name} …`)
    const at = subjects.map(({ db, places }) => ({ db, places: places[operation.at] }))
    // A very small database has no long chat with branches.
    if (at.some(({ places }) => places.length === 0)) continue
    const timings = await timeOperation(operation, at, times)
    for (const [index, { database, places }] of subjects.entries()) {
      const here = places[operation.at].slice(0, times)
      const { warm = [], first = [] } = timings[index] ?? {}
      const counts = await countBuffers(database.url, operation, here.slice(0, explained))
      measured.push({
        operation,
        size: database.size.name,
        places: here.length,
        p50Ms: quantile(warm, 0.5),
        p95Ms: quantile(warm, 0.95),
        firstP50Ms: quantile(first, 0.5),
        buffers: counts.reduce((sum, count) => sum + count, 0) / counts.length,
      })
    }
  }
  return measured
}
