import type { ChatPage, Me, MessagePage } from '@brainlyx/chat-contract'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { afterAll, expect, test } from 'vitest'
import { textOf } from '../test/browser.ts'
import { arrangeInstallation, guest } from '../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())

test('without Redis a turn still answers its reader and is stored; readiness says degraded', async () => {
  const api = await installation.startReplica({ redisUrl: 'redis://127.0.0.1:1' })
  expect(await api.readiness()).toEqual({ ready: true, degraded: ['redis'] })
  const browser = await guest(api)
  expect((await browser.json<Me>('/api/v1/me')).installation.degraded).toContain('redis')
  const text = 'Is anybody there without Redis?'
  const startedAt = performance.now()
  const frames = await browser.turn('/api/v1/turns', { text })
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  expect(textOf(frames)).toBe(simulatedAnswer(text).text)
  const { chats } = await browser.json<ChatPage>('/api/v1/chats')
  const { messages } = await browser.json<MessagePage>(`/api/v1/chats/${chats[0]!.id}/messages`)
  expect(messages).toHaveLength(2)
  const { turnId } = frames[0]!.frame as { turnId: string }
  expect(textOf(await browser.follow(turnId))).toBe(simulatedAnswer(text).text)
})

test('a reader on another replica sees the end of a turn that Redis never heard of', async () => {
  const alone = await installation.startReplica({ redisUrl: 'redis://127.0.0.1:1' })
  const other = await installation.startReplica()
  installation.simulator.setPace({ tokensPerSecond: 200 })
  const browser = await guest(alone)
  const text = 'Who reads this elsewhere?'
  const accepted = await browser.post('/api/v1/turns', { text })
  const { turnId } = (await accepted.json()) as { turnId: string }
  const elsewhere = other.browser()
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
  const frames = await elsewhere.follow(turnId)
  expect(textOf(frames)).toBe(simulatedAnswer(text).text)
  expect(frames.at(-1)!.frame.type).toBe('turn-end')
  installation.simulator.setPace({ tokensPerSecond: 0 })
}, 15_000)

test('without the router the chats are still there, and a turn says what is wrong', async () => {
  const api = await installation.startReplica({ routerUrl: 'http://127.0.0.1:1' })
  const browser = await guest(api)
  expect((await browser.json<Me>('/api/v1/me')).installation.degraded).toEqual(['provider-router'])
  const models = await browser.get('/api/v1/models')
  expect(models.status).toBe(503)
  expect(await models.json()).toMatchObject({ code: 'router-unavailable', retryable: true })
  const frames = await browser.turn('/api/v1/turns', { text: 'Hello?' })
  expect(frames.at(-1)!.frame).toMatchObject({
    type: 'turn-error',
    problem: { code: 'router-unavailable' },
  })
  expect((await browser.json<ChatPage>('/api/v1/chats')).chats).toHaveLength(1)
})

test('without the database a replica is not ready and says so to whoever asks', async () => {
  const { createDatabase } = await import('@brainlyx/db')
  const away = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', name: 'test' })
  const working = await installation.startReplica()
  const browser = await guest(working)
  // Its token keys were read while the database was there.
  const api = await installation.startReplica({ db: away }).catch((error: unknown) => error)
  expect(api).toBeInstanceOf(Error)
  await away.destroy()

  const broken = createDatabase({ url: installation.database.url, name: 'test' })
  const replica = await installation.startReplica({ db: broken })
  await broken.destroy()
  expect(await replica.readiness()).toMatchObject({ ready: false })
  const response = await fetch(`${replica.url}/api/v1/chats`, {
    headers: { authorization: `Bearer ${browser.cookies.get('test.access')!}` },
  })
  expect(response.status).toBeGreaterThanOrEqual(500)
  expect(await response.text()).not.toMatch(/postgres|pool|driver/i)
})

test('while all connections are in use it says when to come again', async () => {
  const { createDatabase } = await import('@brainlyx/db')
  const db = createDatabase({ url: installation.database.url, name: 'test', poolSize: 1 })
  const replica = await installation.startReplica({ db })
  const browser = await guest(replica)
  const inUse = Promise.withResolvers<void>()
  const holding = db.connection().execute(() => inUse.promise)
  const response = await browser.get('/api/v1/chats')
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
  expect(await response.json()).toMatchObject({ code: 'database-busy', retryable: true })
  inUse.resolve()
  await holding
  expect((await browser.get('/api/v1/chats')).status).toBe(200)
  await replica.stop()
  await db.destroy()
})
