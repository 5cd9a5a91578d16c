import type { CompiledQuery, Kysely, KyselyPlugin, QueryId, Transaction } from 'kysely'
import type { Database } from '../tables/database.ts'
import { userActor } from './actor.ts'
import type { Actor } from './actor.ts'
import type { SystemName } from './system-access.ts'

/** By statement. The driver looks it up, since a compiled query carries nothing else of ours. */
const actors = new WeakMap<QueryId, Actor>()

/**
 * The same database, or the same transaction, where every statement sees and writes rows of `userId` only, whatever its
 * WHERE says. Outside a transaction each statement is one of its own, in one round trip. Within one, statements of
 * different users may follow each other; those of the transaction itself go on being nobody's, and fail where rows
 * belong to users.
 * @throws {RangeError} where `userId` is no UUID
 */
export function asUser(db: Transaction<Database>, userId: string): Transaction<Database>
export function asUser(db: Kysely<Database>, userId: string): Kysely<Database>
export function asUser(db: Kysely<Database>, userId: string): Kysely<Database> {
  return db.withPlugin(markedWith(userActor(userId)))
}

/** The same for what concerns more than one user, as far as the policies admit it: see `systemAccess`. */
export function asSystem(db: Transaction<Database>, name: SystemName): Transaction<Database>
export function asSystem(db: Kysely<Database>, name: SystemName): Kysely<Database>
export function asSystem(db: Kysely<Database>, name: SystemName): Kysely<Database> {
  return db.withPlugin(markedWith({ system: name }))
}

/** The same for a statement that is sent as it is, which plugins do not see. */
export function actingAs(query: CompiledQuery, actor: Actor | undefined): CompiledQuery {
  if (actor !== undefined) actors.set(query.queryId, actor)
  return query
}

/** For whom a statement runs; undefined: nobody said. */
export function actorOf(queryId: QueryId): Actor | undefined {
  return actors.get(queryId)
}

/** Plugins run in the order in which they were added, so that the innermost `asUser` has the last word. */
function markedWith(actor: Actor): KyselyPlugin {
  return {
    transformQuery({ node, queryId }) {
      actors.set(queryId, actor)
      return node
    },
    transformResult: ({ result }) => Promise.resolve(result),
  }
}
