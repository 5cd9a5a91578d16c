import { addSigningKey, deleteSigningKeys, listSigningKeys, newId } from '@brainlyx/db'
import type { Database, SigningKeyRow } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import type { SecretConfig } from 'better-auth/crypto'
import { exportJWK, generateKeyPair, importJWK } from 'jose'
import type { CryptoKey, JWK } from 'jose'
import type { Kysely } from 'kysely'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'

export interface SigningKeyTimes {
  /** How long a key signs. */
  readonly rotateAfterMs: number
  /** A new key can be read for so long before it signs: by then every replica knows it. */
  readonly publishBeforeMs: number
  /** How often a replica reads the keys. */
  readonly readEveryMs: number
  /** A token of a key that is not known makes a replica read at once, but not more often than this. */
  readonly readAgainMs: number
}

const TIMES: SigningKeyTimes = {
  rotateAfterMs: 30 * 24 * 60 * 60 * 1000,
  publishBeforeMs: 5 * 60 * 1000,
  readEveryMs: 60 * 1000,
  readAgainMs: 10 * 1000,
}
/** Replicas' clocks agree that well. */
const CLOCK_MARGIN_MS = 60 * 1000

export interface SigningKeys {
  /** What to sign with at the moment. */
  current(): { kid: string; privateKey: CryptoKey }
  /** What verifies tokens of this key; undefined where there is none, or no token of it can be valid any more. */
  find(kid: string): CryptoKey | undefined
  /** Reads the keys; makes the first one where there is none, and the next one where that is due. */
  load(): Promise<void>
  /** The same for a key that is not known, unless that was done just now. @returns whether it was done */
  loadForUnknown(): Promise<boolean>
  /** Begins to read the keys regularly. */
  start(): void
  close(): void
}

interface SigningKey {
  readonly kid: string
  readonly createdAtMs: number
  readonly publicKey: CryptoKey
  readonly privateKey: CryptoKey
}

/**
 * The keys of access tokens: rows in Postgres, the private halves encrypted. Which one signs and which still verify
 * follows from their ages alone, so that replicas need not agree on anything: a key signs once it has been there for
 * `publishBeforeMs`, until the next one does, and verifies for as long after as a token lives.
 */
export function createSigningKeys(options: {
  db: Kysely<Database>
  /** What the private halves are encrypted with. */
  secret: () => Promise<string | SecretConfig>
  logger: Logger
  nowMs: () => number
  times?: SigningKeyTimes
}): SigningKeys {
  const { db, secret, logger, nowMs, times = TIMES } = options
  let keys: readonly SigningKey[] = []
  let loadedAtMs = -Infinity
  let loading: Promise<void> | undefined

  /** Undefined for the newest, and for those that have only been published since. */
  function replacedAtMs(index: number): number {
    const next = keys[index + 1]
    return next === undefined ? Infinity : next.createdAtMs + times.publishBeforeMs
  }

  function isRetired(index: number): boolean {
    return replacedAtMs(index) + ACCESS_TOKEN_LIFETIME_MS + CLOCK_MARGIN_MS < nowMs()
  }

  async function read(): Promise<void> {
    const rows = await listSigningKeys(db)
    const known = new Map(keys.map((key) => [key.kid, key]))
    const read: SigningKey[] = []
    for (const row of rows) {
      const key = known.get(row.id) ?? (await open(row, await secret()))
      read.push(key)
    }
    keys = read
  }

  async function add(): Promise<void> {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    const privateJwk = JSON.stringify(await exportJWK(pair.privateKey))
    const createdAt = new Date(nowMs())
    const added = await addSigningKey(db, {
      id: newId(),
      publicKey: JSON.stringify(await exportJWK(pair.publicKey)),
      privateKey: JSON.stringify(await symmetricEncrypt({ key: await secret(), data: privateJwk })),
      createdAt,
      unlessMadeSince: new Date(createdAt.getTime() - times.rotateAfterMs),
    })
    if (added) logger.info('made a new signing key')
  }

  async function readAndRotate(): Promise<void> {
    loadedAtMs = nowMs()
    await read()
    const newest = keys.at(-1)
    if (newest === undefined || newest.createdAtMs + times.rotateAfterMs <= nowMs()) {
      await add()
      await read()
    }
    const retired = keys.filter((_key, index) => isRetired(index)).map((key) => key.kid)
    if (retired.length === 0) return
    await deleteSigningKeys(db, retired)
    await read()
  }

  function load(): Promise<void> {
    loading ??= readAndRotate().finally(() => {
      loading = undefined
    })
    return loading
  }

  let timer: NodeJS.Timeout | undefined

  return {
    current() {
      const index = keys.findLastIndex((key) => key.createdAtMs + times.publishBeforeMs <= nowMs())
      // The first key of all has nothing before it that could sign meanwhile.
      const key = keys[Math.max(0, index)]
      if (key === undefined) throw new Error('the signing keys were not loaded')
      return key
    },

    find(kid) {
      const index = keys.findIndex((key) => key.kid === kid)
      return index === -1 || isRetired(index) ? undefined : keys[index]!.publicKey
    },

    load,

    async loadForUnknown() {
      // Whoever comes while it is being done waits for it: the answer may be in there.
      if (loading === undefined && nowMs() - loadedAtMs < times.readAgainMs) return false
      await load()
      return true
    },

    start() {
      timer = setInterval(() => {
        load().catch((error: unknown) => logger.warn({ err: error }, 'could not read signing keys'))
      }, times.readEveryMs)
      timer.unref()
    },

    close: () => clearInterval(timer),
  }
}

async function open(row: SigningKeyRow, secret: string | SecretConfig): Promise<SigningKey> {
  const data = JSON.parse(row.privateKey) as string
  const privateJwk = JSON.parse(await symmetricDecrypt({ key: secret, data })) as JWK
  return {
    kid: row.id,
    createdAtMs: row.createdAt.getTime(),
    publicKey: await importKey(JSON.parse(row.publicKey) as JWK),
    privateKey: await importKey(privateJwk),
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'EdDSA')
  if (key instanceof Uint8Array) throw new TypeError('a signing key is a secret, not a pair')
  return key
}
