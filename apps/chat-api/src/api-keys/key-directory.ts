import { findApiKey, findUser, listChangedApiKeys } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { KeyPrincipal } from './key-principal.ts'

/** Published once a change is committed, so that no replica need wait for its next look. */
const HINT_CHANNEL = 'api-key-hint'
const LOOK_MS = 2_000
/** A look asks for somewhat more than the time since the last one: a change is seen when it is committed. */
const LOOK_BACK_MS = 30_000
/** A key that counts is read again after this; a change of it is heard of long before. */
const KNOWN_MS = 30_000
/** So that a key which was not there yet is not refused for long. */
const UNKNOWN_MS = 5_000
/** How many of each are remembered. */
const REMEMBERED_LIMIT = 10_000

/** A key that counts. */
export interface KnownKey extends KeyPrincipal {
  readonly secretHash: Buffer
  readonly expiresAtMs: number | null
  readonly changedAtMs: number
}

export interface KeyDirectory {
  /** The key of this hash where it is remembered, null where it is remembered that none counts; undefined: it is not. */
  recall(secretHash: Buffer): KnownKey | null | undefined
  /** Asks the database. null: there is none that counts, or its account does not. */
  look(secretHash: Buffer): Promise<KnownKey | null>
  /** Calls `cut` as soon as the key counts no more, whichever replica was told so. @returns what ends the watch */
  watch(key: KnownKey, cut: () => void): () => void
  /** Something about a key has been committed: for this replica at once, for the others by a hint. */
  announceChange(keyId: string): Promise<void>
  close(): void
}

interface Watched {
  key: KnownKey
  readonly cuts: Set<() => void>
}

/**
 * Which keys count, as this replica knows it: a request asks memory, not the database. What changes about a key, or bans
 * its account, reaches every replica within two seconds with Redis or without, and cuts what the key is calling.
 */
export function createKeyDirectory(options: {
  db: Kysely<Database>
  redis: Redis
  hints: Hints
  logger: Logger
  nowMs: () => number
}): KeyDirectory {
  const { db, redis, hints, logger, nowMs } = options
  const known = new Map<string, { key: KnownKey; until: number }>()
  const unknown = new Map<string, number>()
  const hashOf = new Map<string, string>()
  const watched = new Map<string, Watched>()
  const asking = new Map<string, Promise<KnownKey | null>>()
  let lookedAt = performance.now()

  function recall(secretHash: Buffer): KnownKey | null | undefined {
    const hash = secretHash.toString('base64')
    const found = known.get(hash)
    if (found !== undefined) {
      if (hasExpired(found.key, nowMs())) return null
      if (performance.now() < found.until) return found.key
    }
    return performance.now() < (unknown.get(hash) ?? 0) ? null : undefined
  }

  function look(secretHash: Buffer): Promise<KnownKey | null> {
    const hash = secretHash.toString('base64')
    const begun = asking.get(hash)
    if (begun !== undefined) return begun
    const asked = ask(secretHash, hash).finally(() => asking.delete(hash))
    asking.set(hash, asked)
    return asked
  }

  async function ask(secretHash: Buffer, hash: string): Promise<KnownKey | null> {
    const key = await readKey(secretHash)
    if (key === null) {
      forget(hash)
      remember(unknown, hash, performance.now() + UNKNOWN_MS)
      return null
    }
    unknown.delete(hash)
    remember(known, hash, { key, until: performance.now() + KNOWN_MS }, (oldest) => forget(oldest))
    hashOf.set(key.keyId, hash)
    return key
  }

  async function readKey(secretHash: Buffer): Promise<KnownKey | null> {
    const row = await findApiKey(db, secretHash)
    if (row === undefined || row.revokedAt !== null) return null
    const key: KnownKey = {
      keyId: row.id,
      keyOwnerId: row.userId,
      prefix: row.prefix,
      models: row.models,
      secretHash,
      expiresAtMs: row.expiresAt?.getTime() ?? null,
      changedAtMs: row.changedAt.getTime(),
    }
    if (hasExpired(key, nowMs())) return null
    const user = await findUser(db, row.userId)
    const counts = user?.kind === 'member' && user.bannedAt === null && user.deletingAt === null
    return counts ? key : null
  }

  function forget(hash: string): void {
    const found = known.get(hash)
    if (found === undefined) return
    known.delete(hash)
    hashOf.delete(found.key.keyId)
  }

  /** Forgets what has changed, and cuts what may not go on. */
  async function lookAround(): Promise<void> {
    for (const { key, cuts } of watched.values()) if (hasExpired(key, nowMs())) cutAll(cuts)
    const startedAt = performance.now()
    const changes = await listChangedApiKeys(db, startedAt - lookedAt + LOOK_BACK_MS)
    lookedAt = startedAt
    for (const { id, changedAt } of changes) {
      const hash = hashOf.get(id)
      const found = hash === undefined ? undefined : known.get(hash)
      if (found !== undefined && found.key.changedAtMs !== changedAt.getTime()) forget(hash!)
      const open = watched.get(id)
      if (open === undefined || open.key.changedAtMs === changedAt.getTime()) continue
      const key = await look(open.key.secretHash)
      if (key === null) cutAll(open.cuts)
      else open.key = key
    }
  }

  const lookSoon = (): void => {
    lookAround().catch((error: unknown) => logger.warn({ err: error }, 'could not look for keys'))
  }
  const timer = setInterval(lookSoon, LOOK_MS)
  timer.unref()
  const stopListening = hints.listen(HINT_CHANNEL, lookSoon)

  return {
    recall,
    look,
    watch(key, cut) {
      const open = watched.get(key.keyId) ?? { key, cuts: new Set() }
      watched.set(key.keyId, open)
      open.cuts.add(cut)
      return () => {
        open.cuts.delete(cut)
        if (open.cuts.size === 0 && watched.get(key.keyId) === open) watched.delete(key.keyId)
      }
    },
    async announceChange(keyId) {
      const hash = hashOf.get(keyId)
      if (hash !== undefined) forget(hash)
      lookSoon()
      await redis.publish(HINT_CHANNEL, '').catch(() => 0)
    },
    close() {
      clearInterval(timer)
      stopListening()
    },
  }
}

function hasExpired({ expiresAtMs }: KnownKey, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= nowMs
}

function cutAll(cuts: ReadonlySet<() => void>): void {
  for (const cut of cuts) cut()
}

/** As the newest; the oldest goes where there are too many. */
function remember<Value>(
  map: Map<string, Value>,
  hash: string,
  value: Value,
  drop: (oldest: string) => void = (oldest) => void map.delete(oldest),
): void {
  map.delete(hash)
  map.set(hash, value)
  if (map.size <= REMEMBERED_LIMIT) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) drop(oldest)
}
