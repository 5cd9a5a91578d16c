import { createDatabase } from '@brainlyx/db'
import { workerData } from 'node:worker_threads'
import { writeExport } from '../src/export/write-export.ts'

// Writes one export in a thread that may have little memory.
const { databaseUrl, userId, path } = workerData as Record<
  'databaseUrl' | 'userId' | 'path',
  string
>
const db = createDatabase({ url: databaseUrl, name: 'export thread', poolSize: 1 })
await writeExport({ db, userId, path, now: new Date(), onChat: () => Promise.resolve() })
await db.destroy()
