import type { Chat, ChatPage, MessagePage } from '@brainlyx/chat-contract'
import { openDatabases } from '@brainlyx/db'
import { replicatedDatabase } from '@brainlyx/db/testing/replicated'
import { Lifecycle, createLogger, createMetrics } from '@brainlyx/service-kit'
import { eventually } from '@brainlyx/testkit'
import { withClient } from '@brainlyx/testkit/postgres-server'
import { afterAll, expect, test } from 'vitest'
import { arrangeInstallation, guest } from '../test/installation.ts'
import { Config } from './config.ts'

const installation = await arrangeInstallation()
const releases = new AsyncDisposableStack()
afterAll(async () => {
  await installation.close()
  await releases.disposeAsync()
})
const servers = await replicatedDatabase(releases, { replicas: 1 })
const standby = servers.replicas[0]!
const asAdmin = (statement: string) =>
  withClient(servers.adminUrlOn(standby), (client) => client.query(statement))

/** One replica of chat-api on the primary and its standby. */
async function startOnBoth() {
  const logger = createLogger({ service: 'test', level: 'silent' })
  const lifecycle = new Lifecycle(logger)
  releases.defer(() => lifecycle.shutdown())
  const metrics = createMetrics('chat-api')
  const config = Config.parse({
    ...installation.environment(),
    DATABASE_URL: servers.urlOn(servers.primary),
    DATABASE_REPLICA_URLS: servers.urlOn(standby),
  })
  const databases = await openDatabases({
    service: 'chat-api',
    config,
    lifecycle,
    logger,
    metrics,
  })
  const reads = databases.openReads(installation.redis)
  const api = await installation.startReplica({ db: databases.primary, reads, metrics })
  await eventually(() => expect(reads.missingReplicas).toEqual([]))
  const served = async (route: string): Promise<number> => {
    const shown = await metrics.registry.getSingleMetric('database_reads_total')!.get()
    return shown.values.find(({ labels }) => labels['route'] === route)?.value ?? 0
  }
  return { ...api, reads, served }
}

test('what a user did is there at once on every replica of chat-api, while the standby has none of it', async () => {
  const one = await startOnBoth()
  const other = await startOnBoth()
  const browser = await guest(one)
  const bystander = await guest(one)
  const elsewhere = other.browser()
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
  await eventually(async () => {
    await bystander.json<ChatPage>('/api/v1/chats')
    expect(await one.served('replica')).toBeGreaterThan(0)
  })

  await asAdmin('select pg_wal_replay_pause()')
  const before = await one.served('replica')
  const frames = await browser.turn('/api/v1/turns', { text: 'Where is this?' })
  expect(frames.at(-1)!.frame.type).toBe('turn-end')
  for (const reader of [browser, elsewhere]) {
    const { chats } = await reader.json<ChatPage>('/api/v1/chats')
    expect(chats).toHaveLength(1)
    expect(chats[0]!.activeTurnId).toBeNull()
    const path = `/api/v1/chats/${chats[0]!.id}`
    expect((await reader.json<MessagePage>(`${path}/messages`)).messages).toHaveLength(2)
    const title = `named by ${reader === browser ? 'one' : 'the other'}`
    expect((await reader.fetch(path, { method: 'PATCH', json: { title } })).status).toBe(200)
    for (const witness of [browser, elsewhere])
      expect(await witness.json<Chat>(path)).toMatchObject({ title })
  }
  expect(await other.served('replica')).toBe(0)
  await eventually(async () => {
    await bystander.json<ChatPage>('/api/v1/chats')
    expect(await one.served('replica')).toBeGreaterThan(before)
  })

  await asAdmin('select pg_wal_replay_resume()')
  await eventually(async () => {
    expect((await elsewhere.json<ChatPage>('/api/v1/chats')).chats).toHaveLength(1)
    expect(await other.served('replica')).toBeGreaterThan(0)
  })
})

test('without its standby it is degraded and goes on', async () => {
  const api = await startOnBoth()
  const browser = await guest(api)
  await standby.kill()
  await eventually(() => expect(api.reads.missingReplicas).toHaveLength(1))
  expect(await api.readiness()).toEqual({ ready: true, degraded: ['postgres-replica'] })
  expect((await browser.json<ChatPage>('/api/v1/chats')).chats).toEqual([])
  await standby.start()
  await eventually(async () => expect(await api.readiness()).toEqual({ ready: true, degraded: [] }))
})

test('without its primary chats can still be read', async () => {
  const api = await startOnBoth()
  const browser = await guest(api)
  await browser.turn('/api/v1/turns', { text: 'Is this kept?' })
  await eventually(async () => {
    await browser.json<ChatPage>('/api/v1/chats')
    expect(await api.served('replica')).toBeGreaterThan(0)
  })
  await servers.primary.stop()
  const { chats } = await browser.json<ChatPage>('/api/v1/chats')
  expect(chats).toHaveLength(1)
  const refused = await browser.post('/api/v1/turns', { text: 'And this?' })
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ code: 'database-unavailable', retryable: true })
  await servers.primary.start()
})
