import type { Turn } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { readFrames, textOf } from '../../test/browser.ts'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest } from '../../test/installation.ts'

// Midnight on the first of a month for which nobody made partitions: there is no worker here. The month that fails to
// be there is the current one, at each of the writes in turn.

const installation = await arrangeInstallation()
const { admin, simulator } = installation
afterAll(() => installation.close())

const replica = await installation.startReplica()
const DAY_MS = 24 * 60 * 60 * 1000

test('turns that all start in the new month’s first moment are answered and kept', async () => {
  const browsers = await Promise.all(Array.from({ length: 12 }, () => guest(replica)))
  await forgetMonth('turns', 'chat_history', 'attempts')
  const prompts = browsers.map(uniquePrompt)
  const answers = await Promise.all(
    browsers.map((browser, index) => browser.turn('/api/v1/turns', { text: prompts[index] })),
  )
  expect(answers.map(textOf)).toEqual(prompts.map((text) => simulatedAnswer(text).text))
  expect(await rowsOf('turns')).toBe(12)
  expect(await rowsOf('chat_history')).toBe(24)
  expect(await rowsOf('attempts')).toBe(12)
})

test('a provider call is announced in the new month', async () => {
  const browser = await guest(replica)
  await forgetMonth('attempts')
  const text = uniquePrompt()
  expect(textOf(await browser.turn('/api/v1/turns', { text }))).toBe(simulatedAnswer(text).text)
  expect(await rowsOf('attempts')).toBe(1)
})

test('a turn of the old month ends in the new one, and the next in line begins', async () => {
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
  const browser = await guest(replica)
  // A client may make the id so long before; its turn lies in last month's partition.
  const turnId = newId(Date.now() - 31 * DAY_MS + 60_000)
  const { chatId } = await accept(browser, '/api/v1/turns', {
    text: `${uniquePrompt()} [tokens:4000]`,
    turnId,
  })
  const live = await browser.fetch(`/api/v1/turns/${turnId}/events`)
  await readFrames(live, (frames) => textOf(frames) !== '')
  simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })

  await forgetMonth('turns')
  const text = uniquePrompt()
  const next = await accept(browser, `/api/v1/chats/${chatId}/turns`, { text })
  expect(await browser.json<Turn>(`/api/v1/turns/${next.turnId}`)).toMatchObject({
    state: 'waiting',
  })

  await forgetMonth('chat_history', 'attempts')
  expect((await browser.post(`/api/v1/turns/${turnId}/stop`)).status).toBe(202)
  expect(textOf(await browser.follow(next.turnId))).toBe(simulatedAnswer(text).text)
  const ended = await browser.json<Turn>(`/api/v1/turns/${turnId}`)
  expect(ended).toMatchObject({ state: 'stopped', answerMessageId: expect.any(String) })
  expect(await browser.json<Turn>(`/api/v1/turns/${next.turnId}`)).toMatchObject({
    state: 'completed',
  })
  const stored = await admin
    .selectFrom('chatHistory')
    .select(['role', 'turnId'])
    .where('sessionId', '=', chatId)
    .orderBy('createdAt')
    .execute()
  expect(stored).toEqual([
    { role: 'assistant', turnId },
    { role: 'user', turnId: next.turnId },
    { role: 'assistant', turnId: next.turnId },
  ])
})

/** The current month's partitions of these tables are gone, with what was in them. */
async function forgetMonth(...tables: string[]): Promise<void> {
  const names = tables.map((table) => sql.id(partitionOf(table)))
  await sql`drop table ${sql.join(names)}`.execute(admin)
}

async function rowsOf(table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from ${sql.id(partitionOf(table))}
  `.execute(admin)
  return rows[0]!.count
}

function partitionOf(table: string): string {
  return `${table}_y${new Date().toISOString().slice(0, 7).replace('-', 'm')}`
}

async function accept(
  browser: Browser,
  path: string,
  json: object,
): Promise<{ turnId: string; chatId: string }> {
  const response = await browser.post(path, json)
  expect(response.status).toBe(202)
  return (await response.json()) as { turnId: string; chatId: string }
}

let prompts = 0
function uniquePrompt(): string {
  return `What comes after number ${++prompts} in ${newId()}`
}
