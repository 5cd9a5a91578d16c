import type { Turn } from '@brainlyx/chat-contract'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, expect, test } from 'vitest'
import { readFrames, textOf } from '../test/browser.ts'
import type { Browser } from '../test/browser.ts'
import { ENTRY, startChatApi } from '../test/chat-api-process.ts'
import type { ChatApiProcess } from '../test/chat-api-process.ts'
import { arrangeInstallation, guest } from '../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const witness = await installation.startReplica()

const children: ReturnType<typeof spawn>[] = []
afterEach(() => {
  installation.simulator.setPace({ tokensPerSecond: 0 })
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function startProcess(overrides: Record<string, string> = {}): Promise<ChatApiProcess> {
  const started = await startChatApi({ ...installation.environment(), ...overrides })
  children.push(started.child)
  return started
}

const onWitness = (browser: Browser): Browser => {
  const other = witness.browser()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}

test('SIGTERM moves readers on with their place, finishes the answer, then the process ends', async () => {
  const { child, exited, browser } = await startProcess()
  await guest({ browser: () => browser })
  installation.simulator.setPace({ tokensPerSecond: 20 })
  const response = await browser.post(
    '/api/v1/turns',
    { text: 'Finish this.' },
    { accept: 'text/event-stream' },
  )
  const here = await readFrames(response, (soFar) => {
    if (textOf(soFar) !== '' && !child.killed) child.kill('SIGTERM')
    return false
  })
  const { turnId } = here[0]!.frame as { turnId: string }
  installation.simulator.setPace({ tokensPerSecond: 1_000 })
  const elsewhere = await onWitness(browser).follow(turnId, here.at(-1)!.id)
  expect(elsewhere.at(-1)!.frame).toMatchObject({ type: 'turn-end', finish: 'stop' })
  const frames = [...here, ...elsewhere]
  expect(frames.map(({ id }) => id)).toEqual(frames.map((_, index) => `1-${index + 1}`))
  expect(await exited).toBe(0)
  await expect(browser.get('/api/v1/me')).rejects.toThrow()
}, 30_000)

test('a process that runs out of time lets its readers go and leaves its turn to the workers', async () => {
  const { child, exited, browser } = await startProcess({ SHUTDOWN_GRACE_MS: '6000' })
  await guest({ browser: () => browser })
  installation.simulator.setPace({ tokensPerSecond: 5 })
  const response = await browser.post(
    '/api/v1/turns',
    { text: 'Too slow.' },
    { accept: 'text/event-stream' },
  )
  const frames = await readFrames(response, (soFar) => {
    if (textOf(soFar) !== '' && !child.killed) child.kill('SIGTERM')
    return false
  })
  const { turnId } = frames[0]!.frame as { turnId: string; chatId: string }
  expect(await exited).toBe(0)
  const other = onWitness(browser)
  expect(await other.json<Turn>(`/api/v1/turns/${turnId}`)).toMatchObject({ state: 'running' })
  const row = await installation.admin
    .selectFrom('turns')
    .select(['owner', 'crashes'])
    .where('id', '=', turnId)
    .executeTakeFirst()
  expect(row).toEqual({ owner: null, crashes: 0 })
}, 30_000)

test('a bad environment is refused with a sentence for each bad key', async () => {
  const child = spawn(process.execPath, [ENTRY], {
    env: {
      ...installation.environment(),
      BRAINLYX_MODE: 'production',
      DATABASE_URL: 'mysql://x',
      AUTH_SECRET: 'a'.repeat(40),
      PUBLIC_ORIGIN: 'http://x',
      COOKIE_PREFIX: 'a b',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(78)
  for (const key of ['DATABASE_URL', 'COOKIE_PREFIX'])
    expect(said).toMatch(new RegExp(`- ${key}: .*\\.`))
})
