import { Client } from 'pg'

/** All tests are one address, and send far more than a person; what limits do is for the tests of limits. */
export async function loosenTiers(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`
      update tiers set requests_per_minute = 1000000, request_burst = 100000, concurrent_streams = 1000,
        messages_per_day = null, tokens_per_day = null
    `)
  } finally {
    await client.end()
  }
}
