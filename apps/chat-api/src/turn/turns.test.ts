import type { Chat, ChatPage, Message, MessagePage, Turn } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import { afterAll, afterEach, expect, test } from 'vitest'
import { readFrames, textOf } from '../../test/browser.ts'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest } from '../../test/installation.ts'

const installation = await arrangeInstallation()
const { simulator, admin } = installation
afterAll(() => installation.close())
afterEach(() => {
  simulator.clear()
  simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
})

const one = await installation.startReplica()
const two = await installation.startReplica()

let prompts = 0
const uniquePrompt = (): string => `What is the story of number ${++prompts} in ${newId()}`

const onTwo = (browser: Browser): Browser => {
  const other = two.browser()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}

const messagesOf = (browser: Browser, chatId: string): Promise<Message[]> =>
  browser.json<MessagePage>(`/api/v1/chats/${chatId}/messages`).then((page) => page.messages)

async function accept(
  browser: Browser,
  json: object,
  path = '/api/v1/turns',
): Promise<{ turnId: string; chatId: string }> {
  const response = await browser.post(path, json)
  expect(response.status).toBe(202)
  return (await response.json()) as { turnId: string; chatId: string }
}

const textOfMessage = (message: Message | undefined): string | undefined =>
  message?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')

test('an answer streams in the same response, and is stored as the provider wrote it', async () => {
  const browser = await guest(one)
  const text = uniquePrompt()
  const frames = await browser.turn('/api/v1/turns', { text })
  const oracle = simulatedAnswer(text).text
  expect(textOf(frames)).toBe(oracle)
  expect(frames[0]!.frame.type).toBe('turn-start')
  expect(frames.at(-1)!.frame).toMatchObject({ type: 'turn-end', finish: 'stop' })
  expect(frames.map((frame) => frame.id)).toEqual(frames.map((_, index) => `1-${index + 1}`))

  const { chats } = await browser.json<ChatPage>('/api/v1/chats')
  expect(chats).toMatchObject([{ title: null, activeTurnId: null }])
  const [question, answer] = await messagesOf(browser, chats[0]!.id)
  expect(question).toMatchObject({ role: 'user', parts: [{ type: 'text', text }], parentId: null })
  expect(answer).toMatchObject({ role: 'assistant', parentId: question!.id, finish: 'stop' })
  expect(textOfMessage(answer)).toBe(oracle)
})

test('each provider call is a row of the ledger, with the provider’s own counts and a cost', async () => {
  const browser = await guest(one)
  const text = uniquePrompt()
  const frames = await browser.turn('/api/v1/turns', { text })
  const usage = frames.find(({ frame }) => frame.type === 'usage')?.frame
  const { turnId } = frames.at(-1)!.frame as { turnId: string }
  const rows = await admin.selectFrom('attempts').selectAll().where('turnId', '=', turnId).execute()
  expect(rows).toMatchObject([{ state: 'completed', estimated: false }])
  expect(rows[0]!.outputTokens).toBe(simulator.attempts({ prompt: text })[0]!.tokensOut)
  expect(usage).toMatchObject({
    outputTokens: rows[0]!.outputTokens,
    costPicoUsd: rows[0]!.costPicoUsd?.toString() ?? null,
  })
  expect(frames.find(({ frame }) => frame.type === 'route')?.frame).toMatchObject({
    provider: rows[0]!.provider,
  })
})

test('a reader can come back at any point, on any replica, during and after the turn', async () => {
  simulator.setPace({ tokensPerSecond: 150 })
  const browser = await guest(one)
  const text = uniquePrompt()
  const { turnId } = await accept(browser, { text })
  const elsewhere = onTwo(browser)
  // Leaves after a few frames, comes back to the other replica, leaves again, and so on.
  const collected = []
  let replica = browser
  while (collected.at(-1)?.frame.type !== 'turn-end') {
    const cursor = collected.at(-1)?.id
    const headers = cursor === undefined ? {} : { 'last-event-id': cursor }
    const response = await replica.fetch(`/api/v1/turns/${turnId}/events`, { headers })
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    collected.push(...(await readFrames(response, (frames) => frames.length >= 3)))
    replica = replica === browser ? elsewhere : browser
  }
  expect(collected.map((frame) => frame.id)).toEqual(collected.map((_, index) => `1-${index + 1}`))
  expect(textOf(collected)).toBe(simulatedAnswer(text).text)
  for (const [index, { id }] of collected.slice(0, -1).entries()) {
    expect(await elsewhere.follow(turnId, id)).toEqual(collected.slice(index + 1))
  }
}, 30_000)

test('when the log has expired, the stored answer comes whole with the end', async () => {
  const browser = await guest(one)
  const text = uniquePrompt()
  const frames = await browser.turn('/api/v1/turns', { text })
  const { turnId } = frames.at(-1)!.frame as { turnId: string }
  await installation.redis.del(`turn:${turnId}`)
  const again = await browser.follow(turnId, frames[2]!.id)
  expect(again.map(({ frame }) => frame.type)).toEqual(['answer-snapshot', 'turn-end'])
  expect(textOf(again)).toBe(simulatedAnswer(text).text)
})

test('leaving is not stopping: the answer is finished and found again', async () => {
  simulator.setPace({ tokensPerSecond: 300 })
  const browser = await guest(one)
  const text = uniquePrompt()
  const turnId = newId()
  const response = await browser.post(
    '/api/v1/turns',
    { text, turnId },
    { accept: 'text/event-stream' },
  )
  await readFrames(response, (frames) => textOf(frames) !== '')
  await eventually(async () => {
    expect(await browser.json<Turn>(`/api/v1/turns/${turnId}`)).toMatchObject({
      state: 'completed',
    })
  })
  const { chats } = await browser.json<ChatPage>('/api/v1/chats')
  expect(textOfMessage((await messagesOf(browser, chats[0]!.id))[1])).toBe(
    simulatedAnswer(text).text,
  )
})

test.each(['the replica that runs it', 'the other replica'])(
  'a stop at %s takes effect within a second',
  async (where) => {
    simulator.setPace({ tokensPerSecond: 40 })
    const browser = await guest(one)
    const text = uniquePrompt()
    const { turnId, chatId } = await accept(browser, { text })
    const reading = browser.follow(turnId)
    const live = await browser.fetch(`/api/v1/turns/${turnId}/events`)
    await readFrames(live, (frames) => textOf(frames) !== '')
    const askedAt = performance.now()
    const stopped = await (where.includes('other') ? onTwo(browser) : browser).post(
      `/api/v1/turns/${turnId}/stop`,
    )
    expect(stopped.status).toBe(202)
    const frames = await reading
    expect(performance.now() - askedAt).toBeLessThan(1_000)
    expect(frames.at(-1)!.frame).toMatchObject({ type: 'turn-end', finish: 'stopped' })
    const shown = textOf(frames)
    expect(simulatedAnswer(text).text.startsWith(shown)).toBe(true)
    expect(textOfMessage((await messagesOf(browser, chatId))[1])).toBe(shown)
    await eventually(() =>
      expect(simulator.attempts({ prompt: text })).toMatchObject([{ endedBy: 'client-abort' }]),
    )
  },
)

test('the same turn sent twenty times at once runs once, and all twenty see it', async () => {
  const browser = await guest(one)
  const text = uniquePrompt()
  const turnId = newId()
  const replicas = [browser, onTwo(browser)]
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      replicas[index % 2]!.turn('/api/v1/turns', { text, turnId }),
    ),
  )
  for (const frames of all) expect(textOf(frames)).toBe(simulatedAnswer(text).text)
  expect(simulator.attempts({ prompt: text })).toHaveLength(1)
  expect((await browser.json<ChatPage>('/api/v1/chats')).chats).toHaveLength(1)
  const again = await accept(browser, { text, turnId })
  expect(again.turnId).toBe(turnId)
  expect(simulator.attempts({ prompt: text })).toHaveLength(1)
})

test('a turn id cannot be used for anything else, by anyone', async () => {
  const [browser, other] = [await guest(one), await guest(one)]
  const { turnId, chatId } = await accept(browser, { text: 'One', turnId: newId() })
  const conflicts: [Browser, string, object][] = [
    [browser, '/api/v1/turns', { text: 'Two', turnId }],
    [browser, '/api/v1/turns', { text: 'One', turnId, model: 'best' }],
    [browser, `/api/v1/chats/${chatId}/turns`, { text: 'One', turnId }],
    [other, '/api/v1/turns', { text: 'One', turnId }],
  ]
  for (const [who, path, body] of conflicts) {
    const response = await who.post(path, body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      code: 'turn-id-reused',
      fields: [{ path: 'turnId' }],
    })
  }
})

const DAY_MS = 24 * 60 * 60 * 1000
test.each([
  ['32 days old', -32 * DAY_MS],
  ['an hour ahead', DAY_MS / 24],
])('a turn id that is %s is out of range', async (_name, offsetMs) => {
  const response = await (
    await guest(one)
  ).post('/api/v1/turns', { text: 'Hi', turnId: newId(Date.now() + offsetMs) })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ code: 'turn-id-out-of-range' })
})

test('a turn id of thirty days ago is fine: a phone was off for a while', async () => {
  const turnId = newId(Date.now() - 30 * DAY_MS)
  expect(await accept(await guest(one), { text: 'Hi', turnId })).toMatchObject({ turnId })
})

test('the next turn of a chat knows what was said before', async () => {
  simulator.setPace({ tokensPerSecond: 100 })
  const browser = await guest(one)
  const { chatId, turnId } = await accept(browser, { text: uniquePrompt() })
  expect(await browser.json<Chat>(`/api/v1/chats/${chatId}`)).toMatchObject({
    activeTurnId: turnId,
  })
  const live = await browser.fetch(`/api/v1/turns/${turnId}/events`)
  await readFrames(live, (frames) => textOf(frames) !== '')
  await browser.post(`/api/v1/turns/${turnId}/stop`)
  await browser.follow(turnId)
  const next = await browser.turn(`/api/v1/chats/${chatId}/turns`, { text: uniquePrompt() })
  expect(next.at(-1)!.frame).toMatchObject({ type: 'turn-end', finish: 'stop' })
  const messages = await messagesOf(browser, chatId)
  expect(messages.map((message) => message.role)).toEqual([
    'user',
    'assistant',
    'user',
    'assistant',
  ])
  for (const [index, message] of messages.entries()) {
    expect(message.parentId).toBe(messages[index - 1]?.id ?? null)
  }
})

test('a plain form is sent on to the chat’s page', async () => {
  const browser = await guest(one)
  const response = await browser.fetch('/api/v1/turns', {
    method: 'POST',
    body: new URLSearchParams({ text: 'Hello from a form' }),
    headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
  })
  expect(response.status).toBe(303)
  const { chats } = await browser.json<ChatPage>('/api/v1/chats')
  expect(response.headers.get('location')).toBe(`/c/${chats[0]!.id}`)
})

test('an answer that breaks off is a failed turn that keeps what came, never a success', async () => {
  simulator.setFault({ fault: 'cut-after-12' })
  simulator.setPace({ tokensPerSecond: 200 })
  const browser = await guest(one)
  const text = uniquePrompt()
  const frames = await browser.turn('/api/v1/turns', { text })
  const last = frames.at(-1)!.frame
  expect(last).toMatchObject({ type: 'turn-error', problem: { retryable: true } })
  expect(JSON.stringify(last)).not.toMatch(/127\.0\.0\.1|socket|ECONN/)
  const shown = textOf(frames)
  expect(shown).not.toBe('')
  expect(simulatedAnswer(text).text.startsWith(shown)).toBe(true)
  const { chats } = await browser.json<ChatPage>('/api/v1/chats')
  const [, answer] = await messagesOf(browser, chats[0]!.id)
  expect(answer).toMatchObject({ finish: 'failed' })
  expect(textOfMessage(answer)).toBe(shown)
})

test('an error of every provider ends the turn with a problem, and the chat can go on', async () => {
  simulator.setFault({ fault: '500' })
  const browser = await guest(one)
  const frames = await browser.turn('/api/v1/turns', { text: uniquePrompt() })
  expect(frames.at(-1)!.frame).toMatchObject({
    type: 'turn-error',
    messageId: null,
    problem: { retryable: true, traceId: expect.stringMatching(/^[\da-f]{32}$/) },
  })
  simulator.clear()
  const { chats } = await browser.json<ChatPage>('/api/v1/chats')
  const next = await browser.turn(`/api/v1/chats/${chats[0]!.id}/turns`, { text: uniquePrompt() })
  expect(next.at(-1)!.frame).toMatchObject({ type: 'turn-end', finish: 'stop' })
})

test('deleting a chat stops its answer, ends its readers and leaves nothing', async () => {
  simulator.setPace({ tokensPerSecond: 40 })
  const browser = await guest(one)
  const { turnId, chatId } = await accept(browser, { text: uniquePrompt() })
  const readers = [browser.follow(turnId), onTwo(browser).follow(turnId)]
  const deleted = await browser.fetch(`/api/v1/chats/${chatId}`, { method: 'DELETE' })
  expect(deleted.status).toBe(204)
  await Promise.all(readers)
  for (const path of [`/chats/${chatId}`, `/chats/${chatId}/messages`, `/turns/${turnId}`]) {
    expect((await browser.get(`/api/v1${path}`)).status).toBe(404)
  }
  for (const table of ['chatHistory', 'turns', 'chatSessions'] as const) {
    const column = table === 'chatSessions' ? 'id' : 'sessionId'
    expect(
      await admin
        .selectFrom(table)
        .select('id')
        .where(column as 'id', '=', chatId)
        .execute(),
    ).toEqual([])
  }
}, 20_000)

test('a reader’s stream is compressed and each frame arrives at once', async () => {
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 50 })
  const browser = await guest(one)
  const startedAt = performance.now()
  const response = await browser.post(
    '/api/v1/turns',
    { text: `${uniquePrompt()} [tokens:40]` },
    { accept: 'text/event-stream', 'accept-encoding': 'br' },
  )
  expect(response.headers.get('content-encoding')).toBe('br')
  await readFrames(response, (frames) => textOf(frames) !== '')
  // The whole answer takes two seconds.
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})

test('turns and streams are counted', async () => {
  const browser = await guest(one)
  await browser.turn('/api/v1/turns', { text: uniquePrompt() })
  const text = await one.metrics.registry.metrics()
  expect(text).toMatch(/turns_ended_total\{[^}]*outcome="completed"[^}]*\} [1-9]/)
  expect(text).toMatch(/turns_ended_total\{[^}]*outcome="stopped"[^}]*\} [1-9]/)
  expect(text).toMatch(/turn_time_to_first_token_seconds_count\{[^}]*\} [1-9]/)
  expect(text).toMatch(/http_requests_total\{[^}]*route="\/api\/v1\/turns"/)
  await eventually(async () => {
    expect(await one.metrics.registry.getSingleMetricAsString('turn_streams_open')).toMatch(/ 0$/m)
  })
})
