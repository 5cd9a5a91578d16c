import { withClient } from '@brainlyx/testkit/postgres-server'

/**
 * Lets the owner of the tables past row-level security while `work` lasts: Postgres takes no COPY from whom a policy
 * concerns. For everybody else, and afterwards for the owner, all is as it was.
 */
export async function withoutForcedPolicies<T>(
  ownerUrl: string,
  work: () => Promise<T>,
): Promise<T> {
  const force = async (tables: readonly string[], verb: 'force' | 'no force'): Promise<void> =>
    withClient(ownerUrl, async (client) => {
      for (const table of tables)
        await client.query(`alter table public.${table} ${verb} row level security`)
    })
  const tables = await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relforcerowsecurity and not relispartition`,
    )
    return rows.map(({ name }) => name)
  })
  await force(tables, 'no force')
  try {
    return await work()
  } finally {
    await force(tables, 'force')
  }
}
