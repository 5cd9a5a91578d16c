import { createDatabase, listSigningKeys, newId } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { SignJWT, decodeProtectedHeader, generateKeyPair } from 'jose'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { PUBLIC_ORIGIN, arrangeInstallation, guest } from '../../test/installation.ts'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
beforeEach(async () => {
  await installation.admin.deleteFrom('auth.jwks' as never).execute()
})

const DAY_MS = 24 * 60 * 60 * 1000
const holder = {
  userId: newId(),
  kind: 'guest',
  role: 'user',
  signInId: newId(),
  tokenVersion: 1,
} as const
const kidOf = (token: string): string => decodeProtectedHeader(token).kid!

test('replicas that start at once make one key; its private half is nowhere in clear', async () => {
  const replicas = await Promise.all([1, 2, 3].map(() => installation.startReplica()))
  const rows = await listSigningKeys(installation.db)
  expect(rows).toHaveLength(1)
  const tokens = await Promise.all(replicas.map((replica) => replica.tokens.issue(holder)))
  for (const replica of replicas) {
    for (const token of tokens) expect(await replica.tokens.verify(token)).toEqual(holder)
  }
  expect(JSON.parse(rows[0]!.publicKey)).not.toHaveProperty('d')
  expect(rows[0]!.privateKey).not.toMatch(/crv|"d"|Ed25519/)
})

test('keys change under load over two replicas, and no request is lost', async () => {
  const signingKeyTimes = {
    rotateAfterMs: 2_500,
    // Timers are late on a busy machine, and a key must have been read by then.
    publishBeforeMs: 3_400,
    readEveryMs: 400,
    readAgainMs: 10_000,
  }
  const a = await installation.startReplica({ signingKeyTimes })
  // They read in turn, so that one always knows less than the other.
  await pause(signingKeyTimes.readEveryMs / 2)
  const b = await installation.startReplica({ signingKeyTimes })
  const kids = new Set<string>()
  const kept: string[] = []
  const statuses = new Map<number, number>()
  const lost: string[] = []
  const untilMs = performance.now() + 40_000
  async function show(token: string, replica: typeof a): Promise<void> {
    const { status } = await replica
      .browser()
      .fetch('/api/v1/chats', { headers: { authorization: `Bearer ${token}` } })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  async function visit(first: typeof a, second: typeof a): Promise<void> {
    while (kids.size < 3 && performance.now() < untilMs) {
      const token = (await guest(first)).cookies.get('test.access')!
      kids.add(kidOf(token))
      kept.push(token)
      for (const replica of [second, first]) await show(token, replica)
      for (let index = 0; index < 5; index++) {
        const made = await first.tokens.issue(holder)
        if ((await second.tokens.verify(made)) === null) lost.push(made)
        await pause(10)
      }
    }
  }
  await Promise.all([visit(a, b), visit(b, a), visit(a, b)])
  // Those from before every change are as good as the new ones.
  for (const replica of [a, b]) for (const token of kept) await show(token, replica)
  expect(lost).toEqual([])
  expect(Object.fromEntries(statuses)).toEqual({ 200: 4 * kept.length })
  expect(kids.size).toBeGreaterThanOrEqual(3)
  // Or they would go on making keys.
  await a.stop()
  await b.stop()
}, 60_000)

test('a key signs for a month, and verifies for as long after as its tokens live', async () => {
  let aheadMs = 0
  const nowMs = () => Date.now() + aheadMs
  const [a, b] = [
    await installation.startReplica({ nowMs }),
    await installation.startReplica({ nowMs }),
  ]
  const first = kidOf(await a.tokens.issue(holder))

  // A month later the next one is there, and does not sign yet.
  aheadMs = 30 * DAY_MS + 1
  await a.signingKeys.load()
  expect(await listSigningKeys(installation.db)).toHaveLength(2)
  const last = await a.tokens.issue(holder)
  expect(kidOf(last)).toBe(first)
  await b.signingKeys.load()
  aheadMs += 5 * 60_000
  const next = await a.tokens.issue(holder)
  expect(kidOf(next)).not.toBe(first)
  for (const token of [last, next]) expect(await b.tokens.verify(token)).toEqual(holder)

  // No token of the first can be valid any more, whatever it says.
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const forged = await new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: first })
    .sign(privateKey)
  aheadMs += ACCESS_TOKEN_LIFETIME_MS + 2 * 60_000
  await a.signingKeys.load()
  const rows = await listSigningKeys(installation.db)
  expect(rows.map(({ id }) => id)).toEqual([kidOf(next)])
  for (const replica of [a, b]) {
    expect(replica.signingKeys.find(first)).toBeUndefined()
    expect(await replica.tokens.verify(forged)).toBeNull()
  }
})

test('what was remembered of a token ends with its key', async () => {
  const replica = await installation.startReplica()
  const token = await replica.tokens.issue(holder)
  expect(await replica.tokens.verify(token)).toEqual(holder)
  // Somebody has the secret: all keys are thrown away, and replicas make another one at their next reading.
  await installation.admin.deleteFrom('auth.jwks' as never).execute()
  await replica.signingKeys.load()
  expect(await replica.tokens.verify(token)).toBeNull()
  expect(await replica.tokens.verify(await replica.tokens.issue(holder))).toEqual(holder)
})

test('tokens of keys that nobody knows make a replica read its keys once in ten seconds', async () => {
  let reads = 0
  let aheadMs = 0
  const db = createDatabase({
    url: installation.database.url,
    name: 'test',
    onQuery: ({ sql }) => void (reads += sql.includes('auth."jwks"') ? 1 : 0),
  })
  const replica = await installation.startReplica({ db, nowMs: () => Date.now() + aheadMs })
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const unknown = await Promise.all(
    Array.from({ length: 30 }, () =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: newId() })
        .setIssuer(PUBLIC_ORIGIN)
        .sign(privateKey),
    ),
  )
  const tryAll = () => Promise.all(unknown.map((token) => replica.tokens.verify(token)))
  reads = 0
  expect(new Set(await tryAll())).toEqual(new Set([null]))
  expect(reads).toBe(0)
  aheadMs = 11_000
  expect(new Set(await tryAll())).toEqual(new Set([null]))
  await eventually(() => expect(reads).toBe(1))
  // Whoever comes while the keys are being read waits for them, rather than being refused.
  await installation.admin.deleteFrom('auth.jwks' as never).execute()
  const other = await installation.startReplica()
  const fresh = await other.tokens.issue(holder)
  aheadMs = 22_000
  const answers = await Promise.all(Array.from({ length: 10 }, () => replica.tokens.verify(fresh)))
  expect(answers).toEqual(Array.from({ length: 10 }, () => holder))
  await replica.stop()
  await db.destroy()
})
