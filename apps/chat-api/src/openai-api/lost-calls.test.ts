import type { ChildProcess } from 'node:child_process'
import { eventually } from '@brainlyx/testkit'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ledgerOf, memberWithKey, sdk } from '../../test/api-key.ts'
import { startChatApi } from '../../test/chat-api-process.ts'
import { arrangeInstallation } from '../../test/installation.ts'
import { startWorker } from '../../test/worker-process.ts'

const installation = await arrangeInstallation()
const { admin, simulator } = installation
const children: ChildProcess[] = []
afterEach(() => {
  simulator.setPace({ tokensPerSecond: 0 })
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
const worker = await startWorker(installation.environment())
afterAll(async () => {
  await worker.stop()
  await installation.close()
})
// Somebody hears of the key who lives on.
const witness = await installation.startReplica()
const { key, secret } = await memberWithKey(witness)

const ledger = () => ledgerOf(admin, key)
const openCalls = () => admin.selectFrom('apiCalls').selectAll().execute()

interface StreamOptions {
  tokens?: number
  SHUTDOWN_GRACE_MS?: string
}

/** A stream at a process of its own, read until its first words. */
async function streamAtProcess({ tokens = 3_000, ...overrides }: StreamOptions = {}) {
  const started = await startChatApi({ ...installation.environment(), ...overrides })
  children.push(started.child)
  const stream = await sdk(started, secret).chat.completions.create({
    model: 'openai/gpt-4.1',
    messages: [{ role: 'user', content: `A story ${Math.random()} [tokens:${tokens}]` }],
    stream: true,
  })
  const begun = Promise.withResolvers<void>()
  const read = async (): Promise<unknown> => {
    let text = ''
    try {
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? ''
        if (text !== '') begun.resolve()
      }
      return 'complete'
    } catch (error) {
      return error
    }
  }
  const end = read()
  await begun.promise
  return { ...started, end }
}

test('what a process called when it died is settled once, by a worker, as estimated', async () => {
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
  const before = (await ledger()).length
  const { child, end } = await streamAtProcess()
  await eventually(async () => {
    expect((await ledger()).slice(before)).toMatchObject([{ state: 'announced' }])
    // What was told so far has been written down too.
    expect((await openCalls())[0]!.outputTokens).toBeGreaterThan(0)
  })
  child.kill('SIGKILL')
  expect(await end).toBeInstanceOf(Error)
  await eventually(async () => expect(await openCalls()).toEqual([]), { timeoutMs: 20_000 })
  const [call, ...others] = (await ledger()).slice(before)
  expect(others).toEqual([])
  expect(call).toMatchObject({
    state: 'aborted',
    estimated: true,
    inputTokens: expect.any(Number),
    error: { code: 'owner-died' },
  })
  expect(call!.inputTokens).toBeGreaterThan(0)
  expect(call!.outputTokens).toBeGreaterThan(0)
})

test('a process that is asked to end lets its streams end by themselves', async () => {
  simulator.setPace({ tokensPerSecond: 50, timeToFirstTokenMs: 0 })
  const before = (await ledger()).length
  const { child, exited, end } = await streamAtProcess({ tokens: 100 })
  child.kill('SIGTERM')
  expect(await end).toBe('complete')
  expect(await exited).toBe(0)
  expect((await ledger()).slice(before)).toMatchObject([{ state: 'completed', estimated: false }])
})

test('one that runs out of time says so to its readers, and has settled what there was', async () => {
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
  const before = (await ledger()).length
  const { child, exited, end } = await streamAtProcess({ SHUTDOWN_GRACE_MS: '5000' })
  child.kill('SIGTERM')
  expect(await end).toMatchObject({ code: 'interrupted' })
  expect(await exited).toBe(0)
  const [call] = (await ledger()).slice(before)
  expect(call).toMatchObject({ state: 'aborted', estimated: true, error: null })
  expect(call!.outputTokens).toBeGreaterThan(0)
  expect(await openCalls()).toEqual([])
})

test('a database that is away when an answer ends holds it back from nobody, and hears of it later', async () => {
  const before = (await ledger()).length
  const replica = await installation.startReplica()
  // The rows of calls cannot be deleted for a moment.
  const lock = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  simulator.setPace({ tokensPerSecond: 50, timeToFirstTokenMs: 0 })
  const stream = await sdk(replica, secret).chat.completions.create({
    model: 'openai/gpt-4.1',
    messages: [{ role: 'user', content: `A story ${Math.random()} [tokens:100]` }],
    stream: true,
  })
  const holding = admin.transaction().execute(async (transaction) => {
    await transaction.selectFrom('apiCalls').selectAll().forUpdate().execute()
    locked.resolve()
    await lock.promise
  })
  await locked.promise
  let last: string | null | undefined
  const startedAt = performance.now()
  for await (const chunk of stream) last = chunk.choices[0]?.finish_reason ?? last
  expect(last).toBe('stop')
  expect(performance.now() - startedAt).toBeLessThan(8_000)
  lock.resolve()
  await holding
  await eventually(async () => expect(await openCalls()).toEqual([]), { timeoutMs: 20_000 })
  expect((await ledger()).slice(before)).toMatchObject([{ state: 'completed', estimated: false }])
})
