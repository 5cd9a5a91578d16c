import type { Limits, Problem } from '@brainlyx/chat-contract'
import { eventually } from '@brainlyx/testkit'
import { afterAll, expect, test } from 'vitest'
import { startChatApi } from '../../test/chat-api-process.ts'
import { arrangeInstallation, signUp } from '../../test/installation.ts'
import { startWorker } from '../../test/worker-process.ts'

const installation = await arrangeInstallation()
const { admin, simulator, redis } = installation
const worker = await startWorker(installation.environment())
afterAll(async () => {
  await worker.stop()
  await installation.close()
})
const witness = await installation.startReplica()

test('a turn that a worker takes over keeps its user’s place until it ends', async () => {
  const browser = witness.browser()
  await signUp(browser)
  await admin
    .updateTable('tiers')
    .set({ concurrentStreams: 1 })
    .where('name', '=', 'free')
    .execute()
  const used = async (): Promise<number | undefined> => {
    const { limits } = await browser.json<Limits>('/api/v1/me/limits')
    return limits.find(({ name }) => name === 'answers')?.used
  }
  simulator.setPace({ tokensPerSecond: 10 })
  const dying = await startChatApi(installation.environment())
  for (const [name, value] of browser.cookies) dying.browser.cookies.set(name, value)
  const text = 'A long answer, please. [tokens:2000]'
  const sent = await dying.browser.post('/api/v1/turns', { text })
  const { turnId } = (await sent.json()) as { turnId: string }
  await eventually(async () => expect(await used()).toBe(1))

  dying.child.kill('SIGKILL')
  await dying.exited
  // As if the lease of who died had ended: what is held from now on the worker holds.
  const [key] = await redis.keys('limit:answers:*')
  await redis.del(key!)
  expect(await used()).toBe(0)
  await eventually(async () => expect(await used()).toBe(1))
  const turn = await admin
    .selectFrom('turns')
    .select(['state', 'epoch'])
    .where('id', '=', turnId)
    .executeTakeFirstOrThrow()
  expect(turn).toEqual({ state: 'running', epoch: 2 })
  const refused = await browser.post('/api/v1/turns', { text: 'Another' })
  expect((await refused.json()) as Problem).toMatchObject({ status: 429, limit: 'answers' })

  await browser.post(`/api/v1/turns/${turnId}/stop`)
  await eventually(async () => expect(await used()).toBe(0))
  simulator.setPace({ tokensPerSecond: 0 })
  expect((await browser.post('/api/v1/turns', { text: 'Another' })).status).toBe(202)
}, 60_000)
