import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asSystem } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { UserRow } from '../tables/users.ts'

export interface UserFilter {
  readonly kind?: 'guest' | 'member' | undefined
  readonly role?: 'user' | 'admin' | undefined
  readonly tier?: string | undefined
  readonly banned?: boolean | undefined
}

/** Where a page of a search begins: after this one among those that its words find in this column. */
export interface UserPlace {
  readonly by: 'email' | 'name'
  readonly value: string
  readonly id: string
}

export interface UserSlice {
  readonly users: UserRow[]
  /** null where this was the last. */
  readonly next: UserPlace | null
}

/** Greater than any text that begins with the same, in the order of code points. */
const END = '\u{10ffff}'

/** Users, the newest first; those who signed in to an account are left out, their rows are its. A system query. */
export async function listUsers(
  db: Kysely<Database>,
  page: UserFilter & { limit: number; beforeId?: string | undefined },
): Promise<{ users: UserRow[]; nextId: string | null }> {
  const { limit, beforeId } = page
  const rows = await filtered(db, page)
    .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const users = rows.slice(0, limit)
  return { users, nextId: rows.length > limit ? users.at(-1)!.id : null }
}

/**
 * Users whose address begins with `prefix`, then those whose name does, each in the order of the alphabet. Both are read
 * from an index in that order, so that a page costs what it shows. A system query.
 */
export async function searchUsers(
  db: Kysely<Database>,
  page: UserFilter & { prefix: string; limit: number; after?: UserPlace | undefined },
): Promise<UserSlice> {
  const { prefix, limit, after } = page
  const found: { row: UserRow; place: UserPlace }[] = []
  if (after?.by !== 'name') {
    const rows = await filtered(db, page)
      .where(inRange(sql`email`, prefix, after))
      .orderBy(sql`email collate "C"`)
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    for (const row of rows) found.push({ row, place: placeOf('email', row.email, row.id) })
  }
  if (found.length <= limit) {
    const rows = await filtered(db, page)
      .where(inRange(sql`search_name`, prefix, after?.by === 'name' ? after : undefined))
      // They were among the addresses.
      .where(sql<boolean>`(email is null or not starts_with(email, lower(${prefix})))`)
      .orderBy(sql`search_name collate "C"`)
      .orderBy('id')
      .limit(limit + 1 - found.length)
      .execute()
    for (const row of rows) found.push({ row, place: placeOf('name', row.searchName, row.id) })
  }
  const shown = found.slice(0, limit)
  return {
    users: shown.map(({ row }) => row),
    next: found.length > limit ? shown.at(-1)!.place : null,
  }
}

function filtered(db: Kysely<Database>, { kind, role, tier, banned }: UserFilter) {
  return asSystem(db, 'list-users')
    .selectFrom('users')
    .selectAll()
    .where('mergedInto', 'is', null)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind!))
    .$if(role !== undefined, (query) => query.where('role', '=', sql.lit(role!)))
    .$if(tier !== undefined, (query) => query.where('tier', '=', tier!))
    .$if(banned === true, (query) => query.where('bannedAt', 'is not', null))
    .$if(banned === false, (query) => query.where('bannedAt', 'is', null))
}

/** By code points, as the indexes are: under a language's collation a prefix is no range. */
function inRange(column: ReturnType<typeof sql>, prefix: string, after: UserPlace | undefined) {
  const from =
    after === undefined
      ? sql`${column} collate "C" >= lower(${prefix})`
      : sql`(${column} collate "C", id) > (${after.value} collate "C", ${after.id}::uuid)`
  return sql<boolean>`(${from} and ${column} collate "C" < lower(${prefix}) || ${END})`
}

function placeOf(by: UserPlace['by'], value: string | null, id: string): UserPlace {
  return { by, value: value ?? '', id }
}
