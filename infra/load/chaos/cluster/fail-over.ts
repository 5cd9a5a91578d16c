import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresServer } from '@brainlyx/testkit/postgres-server'
import { withClient } from '@brainlyx/testkit/postgres-server'

const FROZEN_MS = 1_500

/**
 * The worst moment for a primary to die: its standby has heard nothing for a while, and it has taken work all the
 * same. Then the standby is promoted.
 * @param steps.onFrozen when the standby hears nothing more
 * @param steps.beforeDeath when the primary is about to be killed
 */
export async function failOver(
  primary: PostgresServer,
  standby: PostgresServer,
  steps: { onFrozen(): void; beforeDeath(): void },
): Promise<void> {
  const walsender = await withClient(primary.url(), async (client) => {
    const { rows } = await client.query('select pid from pg_stat_replication')
    return Number(rows[0].pid)
  })
  process.kill(walsender, 'SIGSTOP')
  steps.onFrozen()
  await sleep(FROZEN_MS)
  steps.beforeDeath()
  process.kill(walsender, 'SIGKILL')
  await primary.kill()
  await withClient(standby.url(), (client) => client.query('select pg_promote(true, 30)'))
}
