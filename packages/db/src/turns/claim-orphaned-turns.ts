import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { HEARTBEAT_EXPIRY_MS } from '../processes/process.repository.ts'
import { asSystem } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'

/**
 * Takes over running turns that nobody produces: their owner has no live heartbeat, by the database's clock, or they
 * were given up. Each goes on at the next epoch, which fences the former owner out of the turn's log and out of
 * finishing it; `crashes` counts the owners that died. Claimers that run at once take different turns. A system query:
 * it concerns every user's turns.
 */
export async function claimOrphanedTurns(
  db: Kysely<Database>,
  claim: { owner: string; limit: number },
): Promise<TurnRow[]> {
  return asSystem(db, 'claim-turns')
    .with('orphaned', (cte) =>
      cte
        .selectFrom('turns')
        .select(['id', 'createdAt', 'owner'])
        .where('state', '=', sql.lit('running'))
        .where((eb) =>
          eb.or([
            eb('owner', 'is', null),
            // A list of the dead, not «has no live owner»: where another claimer was faster by a hair, Postgres checks
            // the row that it left again, but not what was joined to it, and would take the turn from the living.
            eb.and([
              eb('owner', '<>', claim.owner),
              sql<boolean>`owner = any(array(${deadOwners(db)}))`,
            ]),
          ]),
        )
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
      crashes: sql<number>`turns.crashes + (orphaned.owner is not null)::integer`,
      updatedAt: sql<Date>`now()`,
    }))
    .whereRef('turns.id', '=', 'orphaned.id')
    .whereRef('turns.createdAt', '=', 'orphaned.createdAt')
    .where('turns.state', '=', sql.lit('running'))
    .returningAll('turns')
    .execute()
}

/** Who owns running turns and has no live heartbeat. */
function deadOwners(db: Kysely<Database>) {
  return db
    .selectFrom('turns as owned')
    .select('owned.owner')
    .distinct()
    .where('owned.state', '=', sql.lit('running'))
    .where('owned.owner', 'is not', null)
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
