import { afterAll } from 'vitest'
import { recordStatements } from './statement-recorder.ts'

// A setup file of Vitest: at the end of every test file, every statement on users' data that the code under test ran
// has named a `user_id`, or is one of the named system queries. See docs/sharding.md.

const recording = recordStatements()

afterAll(() => {
  const unscoped = recording.unscoped.splice(0)
  if (unscoped.length === 0) return
  const list = unscoped.map(({ by, tables, sql }) => `${by} (${tables.join(', ')}): ${sql}`)
  throw new Error(`Statements on users’ data that do not name user_id:\n${list.join('\n')}`)
})
