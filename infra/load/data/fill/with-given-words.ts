import { withClient } from '@brainlyx/testkit/postgres-server'

/**
 * Lets `work` write the generated column of a message's words by itself, then has it generated again. There is no
 * statement for this, so it is done to the catalogue, which only a superuser may change: never outside of a benchmark.
 */
export async function withGivenWords<T>(adminUrl: string, work: () => Promise<T>): Promise<T> {
  const setGenerated = (generated: '' | 's'): Promise<void> =>
    withClient(adminUrl, async (client) => {
      await client.query('set allow_system_table_mods = on')
      await client.query(
        `update pg_attribute set attgenerated = $1::"char" where attname = 'search'
           and attrelid in (select relid from pg_partition_tree('public.chat_history'))`,
        [generated],
      )
    })
  await setGenerated('')
  try {
    return await work()
  } finally {
    await setGenerated('s')
  }
}
