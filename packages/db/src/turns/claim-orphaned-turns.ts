import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { HEARTBEAT_EXPIRY_MS } from '../processes/process.repository.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'

/**
 * Takes over running turns whose owner has no live heartbeat, by the database's clock: each at the next epoch, which
 * fences the former owner out of the turn's log and out of finishing it. Claimers that run at once take different
 * turns. A system query: it concerns every user's turns.
 */
export async function claimOrphanedTurns(
  db: Kysely<Database>,
  claim: { owner: string; limit: number },
): Promise<TurnRow[]> {
  return db
    .with('orphaned', (cte) =>
      cte
        .selectFrom('turns')
        .select(['id', 'createdAt'])
        .where('state', '=', 'running')
        .where('owner', '<>', claim.owner)
        // A list of the dead, not «has no live owner»: where another claimer was faster by a hair, Postgres checks
        // the row that it left again, but not what was joined to it, and would take the turn from the living.
        .where(sql<boolean>`owner = any(array(${deadOwners(db)}))`)
        .orderBy('createdAt')
        .limit(claim.limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('turns')
    .from('orphaned')
    .set((eb) => ({
      owner: claim.owner,
      epoch: eb('turns.epoch', '+', 1),
      updatedAt: sql<Date>`now()`,
    }))
    .whereRef('turns.id', '=', 'orphaned.id')
    .whereRef('turns.createdAt', '=', 'orphaned.createdAt')
    .where('turns.state', '=', 'running')
    .returningAll('turns')
    .execute()
}

/** Who owns running turns and has no live heartbeat. */
function deadOwners(db: Kysely<Database>) {
  return db
    .selectFrom('turns as owned')
    .select('owned.owner')
    .distinct()
    .where('owned.state', '=', 'running')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('processes')
            .select('processes.id')
            .whereRef('processes.id', '=', 'owned.owner')
            .where(
              'processes.heartbeatAt',
              '>',
              sql<Date>`now() - make_interval(secs => ${HEARTBEAT_EXPIRY_MS / 1000})`,
            ),
        ),
      ),
    )
}

/**
 * What a process has still to end; after a claim whose answer was lost on its way, too. A system query, as above.
 */
export async function findOwnedTurns(
  db: Kysely<Database>,
  owned: { owner: string; limit: number },
): Promise<TurnRow[]> {
  return db
    .selectFrom('turns')
    .selectAll()
    .where('owner', '=', owned.owner)
    .where('state', '=', 'running')
    .orderBy('createdAt')
    .limit(owned.limit)
    .execute()
}
