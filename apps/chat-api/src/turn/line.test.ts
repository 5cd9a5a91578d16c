import type { ChatDetail, Message, MessagePage, Turn } from '@brainlyx/chat-contract'
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

test('a message sent while an answer is being written waits in line, for all to see, and is answered then', async () => {
  const { browser, chatId, turnId } = await arrangeBusyChat()
  const text = uniquePrompt()
  const waiting = await accept(browser, { text, model: 'fast' }, chatId)
  expect(waiting.chatId).toBe(chatId)
  expect(await browser.json<ChatDetail>(`/api/v1/chats/${chatId}`)).toMatchObject({
    activeTurnId: turnId,
    waiting: [{ turnId: waiting.turnId, text, model: 'fast' }],
  })
  expect(await turnOf(onTwo(browser), waiting.turnId)).toMatchObject({
    state: 'waiting',
    userMessageId: null,
    endedAt: null,
  })
  expect(await messagesOf(browser, chatId)).toHaveLength(1)

  const frames = await onTwo(browser).follow(waiting.turnId)
  expect(textOf(frames)).toBe(simulatedAnswer(text).text)
  expect(await turnOf(browser, turnId)).toMatchObject({ state: 'completed' })
  const messages = await messagesOf(browser, chatId)
  expect(messages.map(({ role, turnId: of }) => [role, of])).toEqual([
    ['user', turnId],
    ['assistant', turnId],
    ['user', waiting.turnId],
    ['assistant', waiting.turnId],
  ])
  expectOneBranch(messages)
  expect(await browser.json<ChatDetail>(`/api/v1/chats/${chatId}`)).toMatchObject({
    activeTurnId: null,
    waiting: [],
  })
})

test('a message that is taken back is never sent to anyone, and its readers are told', async () => {
  const { browser, chatId, turnId } = await arrangeBusyChat()
  const text = uniquePrompt()
  const waiting = await accept(browser, { text }, chatId)
  const reading = onTwo(browser).follow(waiting.turnId)
  const stopped = await browser.post(`/api/v1/turns/${waiting.turnId}/stop`)
  expect(await stopped.json()).toMatchObject({ state: 'stopped', userMessageId: null })
  expect((await reading).at(-1)!.frame).toMatchObject({
    type: 'turn-end',
    messageId: null,
    finish: 'stopped',
  })
  await browser.follow(turnId)
  expect(await messagesOf(browser, chatId)).toHaveLength(2)
  expect(simulator.attempts({ prompt: text })).toEqual([])
})

test('after a turn that was stopped the next one is answered', async () => {
  const { browser, chatId, turnId } = await arrangeBusyChat()
  const text = uniquePrompt()
  const waiting = await accept(browser, { text }, chatId)
  await browser.post(`/api/v1/turns/${turnId}/stop`)
  expect(textOf(await browser.follow(waiting.turnId))).toBe(simulatedAnswer(text).text)
  expect(await turnOf(browser, turnId)).toMatchObject({ state: 'stopped' })
})

test('the twenty-first that would wait is refused, and may come back', async () => {
  const { browser, chatId, turnId } = await arrangeBusyChat()
  for (let index = 0; index < 20; index++) await accept(browser, { text: 'More' }, chatId)
  const refused = await browser.post(`/api/v1/chats/${chatId}/turns`, { text: 'Too much' })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'line-full', retryable: true })
  await browser.fetch(`/api/v1/chats/${chatId}`, { method: 'DELETE' })
  expect((await browser.get(`/api/v1/turns/${turnId}`)).status).toBe(404)
})

test('a plain form is sent on to the chat’s page while the message waits', async () => {
  const { browser, chatId } = await arrangeBusyChat()
  const response = await browser.fetch(`/api/v1/chats/${chatId}/turns`, {
    method: 'POST',
    body: new URLSearchParams({ text: 'From a form' }),
    headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
  })
  expect(response.status).toBe(303)
  expect(response.headers.get('location')).toBe(`/c/${chatId}`)
  expect((await browser.json<ChatDetail>(`/api/v1/chats/${chatId}`)).waiting).toMatchObject([
    { text: 'From a form' },
  ])
})

test('twenty messages from two tabs at once are each answered once, in the order of acceptance', async () => {
  const { browser, chatId, turnId } = await arrangeBusyChat()
  const tabs = [browser, onTwo(browser)]
  const texts = Array.from({ length: 20 }, () => uniquePrompt())
  const all = await Promise.all(
    texts.map((text, index) =>
      tabs[index % 2]!.turn(`/api/v1/chats/${chatId}/turns`, { text, turnId: newId() }),
    ),
  )
  for (const [index, frames] of all.entries()) {
    expect(textOf(frames)).toBe(simulatedAnswer(texts[index]!).text)
    expect(simulator.attempts({ prompt: texts[index]! })).toHaveLength(1)
  }
  const accepted = await admin
    .selectFrom('turns')
    .select('id')
    .where('sessionId', '=', chatId)
    .orderBy('acceptedAt')
    .execute()
  const messages = await messagesOf(browser, chatId)
  expect(messages.map((message) => message.turnId)).toEqual(accepted.flatMap(({ id }) => [id, id]))
  expect(accepted[0]?.id).toBe(turnId)
  expectOneBranch(messages)
}, 60_000)

test.each(['a new chat', 'a free chat', 'a busy chat'])(
  'the same turn sent fifty times at once to %s is there once, and all see the same stream',
  async (where) => {
    const { browser, chatId, turnId: first } = await arrangeBusyChat()
    if (where === 'a free chat') await browser.follow(first)
    const path = where === 'a new chat' ? '/api/v1/turns' : `/api/v1/chats/${chatId}/turns`
    const text = uniquePrompt()
    const turnId = newId()
    const replicas = [browser, onTwo(browser)]
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => replicas[index % 2]!.turn(path, { text, turnId })),
    )
    // Without what stands nowhere in the log: that it waits, and the stored end of whose log was slow to tell it.
    const streams = all.map((frames) => frames.filter(({ id }) => id !== undefined))
    const longest = streams.reduce((a, b) => (b.length > a.length ? b : a))
    for (const [index, frames] of all.entries()) {
      expect(textOf(frames)).toBe(simulatedAnswer(text).text)
      expect(frames.at(-1)!.frame).toMatchObject({ type: 'turn-end', turnId })
      expect(streams[index]).toEqual(longest.slice(0, streams[index]!.length))
    }
    expect(simulator.attempts({ prompt: text })).toHaveLength(1)
    const rows = await admin
      .selectFrom('chatHistory')
      .select('role')
      .where('turnId', '=', turnId)
      .orderBy('id')
      .execute()
    expect(rows.map((row) => row.role)).toEqual(['user', 'assistant'])
  },
  60_000,
)

test('the id of a turn that waits cannot be used for anything else, by anyone', async () => {
  const { browser, chatId } = await arrangeBusyChat()
  const other = await arrangeBusyChat()
  const { turnId } = await accept(browser, { text: 'One' }, chatId)
  const conflicts: [Browser, string, object][] = [
    [browser, `/api/v1/chats/${chatId}/turns`, { text: 'Two', turnId }],
    [browser, `/api/v1/chats/${chatId}/turns`, { text: 'One', turnId, model: 'best' }],
    [browser, `/api/v1/chats/${chatId}/turns`, { text: 'One', turnId, parentId: null }],
    [browser, '/api/v1/turns', { text: 'One', turnId }],
    [other.browser, '/api/v1/turns', { text: 'One', turnId }],
    [other.browser, `/api/v1/chats/${other.chatId}/turns`, { text: 'One', turnId }],
  ]
  for (const [who, path, body] of conflicts) {
    const response = await who.post(path, body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'turn-id-reused' })
  }
  expect(await accept(browser, { text: 'One', turnId }, chatId)).toEqual({ turnId, chatId })
  for (const path of ['', '/events']) {
    expect((await other.browser.get(`/api/v1/turns/${turnId}${path}`)).status).toBe(404)
  }
  expect((await other.browser.post(`/api/v1/turns/${turnId}/stop`)).status).toBe(404)
  expect(await turnOf(browser, turnId)).toMatchObject({ state: 'waiting' })
})

test('deleting a chat ends the readers of its line, and nothing of it runs', async () => {
  const { browser, chatId, turnId } = await arrangeBusyChat()
  const text = uniquePrompt()
  const waiting = await accept(browser, { text }, chatId)
  const reading = [browser.follow(turnId), onTwo(browser).follow(waiting.turnId)]
  expect((await browser.fetch(`/api/v1/chats/${chatId}`, { method: 'DELETE' })).status).toBe(204)
  await Promise.all(reading)
  expect((await browser.get(`/api/v1/turns/${waiting.turnId}`)).status).toBe(404)
  await eventually(() => expect(one.engine.running).toBe(0))
  expect(simulator.attempts({ prompt: text })).toEqual([])
}, 20_000)

let prompts = 0
function uniquePrompt(): string {
  return `What comes after number ${++prompts} in ${newId()}`
}

function onTwo(browser: Browser): Browser {
  const other = two.browser()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}

/** A chat whose first answer is being written at replica one, for a second or two. */
async function arrangeBusyChat() {
  simulator.setPace({ tokensPerSecond: 60, timeToFirstTokenMs: 0 })
  const browser = await guest(one)
  const text = `${uniquePrompt()} [tokens:90]`
  const response = await browser.post('/api/v1/turns', { text })
  const { turnId, chatId } = (await response.json()) as { turnId: string; chatId: string }
  const live = await browser.fetch(`/api/v1/turns/${turnId}/events`)
  await readFrames(live, (frames) => textOf(frames) !== '')
  simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
  return { browser, chatId, turnId }
}

async function accept(
  browser: Browser,
  json: object,
  chatId: string,
): Promise<{ turnId: string; chatId: string }> {
  const response = await browser.post(`/api/v1/chats/${chatId}/turns`, json)
  expect(response.status).toBe(202)
  return (await response.json()) as { turnId: string; chatId: string }
}

function turnOf(browser: Browser, turnId: string): Promise<Turn> {
  return browser.json<Turn>(`/api/v1/turns/${turnId}`)
}

async function messagesOf(browser: Browser, chatId: string): Promise<Message[]> {
  const page = await browser.json<MessagePage>(`/api/v1/chats/${chatId}/messages?limit=100`)
  return page.messages
}

function expectOneBranch(messages: readonly Message[]): void {
  for (const [index, message] of messages.entries()) {
    expect(message.parentId).toBe(messages[index - 1]?.id ?? null)
    expect(message.siblingIds).toEqual([message.id])
  }
}
