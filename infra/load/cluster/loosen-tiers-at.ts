import { createDatabase } from '@brainlyx/db'
import { loosenTiers } from '@brainlyx/db/testing'

/** One machine is all of the users here, and asks for more than any of them would. */
export async function loosenTiersAt(databaseUrl: string): Promise<void> {
  const db = createDatabase({ url: databaseUrl, name: 'bench', poolSize: 1 })
  try {
    await loosenTiers(db)
  } finally {
    await db.destroy()
  }
}
