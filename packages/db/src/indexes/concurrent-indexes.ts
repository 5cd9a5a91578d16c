/** An index that is built without holding up who uses the table. */
export interface ConcurrentIndex {
  /** Begins with the table's name, as Postgres would have named it. */
  readonly name: string
  /** In the schema `public`; partitioned or not. */
  readonly table: string
  /** What follows `on <table>`: `(kind, id)`, `using gin (…)`, `(owner) where state = 'running'`. */
  readonly definition: string
}

/**
 * What `migrate` builds after the migrations where it is missing. An index on a table that has rows somewhere belongs
 * here, not into a migration: those run in a transaction, and in one an index locks its table until it is built.
 */
export const concurrentIndexes: readonly ConcurrentIndex[] = [
  /** Retention goes through the users of a tier. */
  { name: 'users_kind_id_idx', table: 'users', definition: '(kind, id)' },
  /** The administration's list of users: its filters, and the beginnings of addresses and names. */
  { name: 'users_tier_id_idx', table: 'users', definition: '(tier, id)' },
  { name: 'users_admin_id_idx', table: 'users', definition: `(id) where role = 'admin'` },
  { name: 'users_banned_id_idx', table: 'users', definition: '(id) where banned_at is not null' },
  { name: 'users_email_search_idx', table: 'users', definition: '(email collate "C", id)' },
  { name: 'users_search_name_idx', table: 'users', definition: '(search_name collate "C", id)' },
]
