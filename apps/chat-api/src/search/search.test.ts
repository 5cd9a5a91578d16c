import type { Chat, MessagePage, Problem, SearchPage } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()

const reader = await guest(api)
const first = await converse(reader, 'How do I grow <b>lemon</b> trees on a balcony?')
const second = await converse(reader, 'And what about figs?')
await reader.fetch(`/api/v1/chats/${second.chatId}`, {
  method: 'PATCH',
  json: { title: 'Lemons and figs' },
})

test('messages and titles are found, as segments of text', async () => {
  const { chats, messages, nextCursor } = await search('lemon')
  expect(chats.map(({ chat, title }) => [chat.id, title])).toEqual([
    [
      second.chatId,
      [
        { text: 'Lemons', match: true },
        { text: ' and figs', match: false },
      ],
    ],
  ])
  const question = messages.find(({ messageId }) => messageId === first.questionId)
  expect(question).toMatchObject({ chatId: first.chatId, role: 'user', chatTitle: null })
  expect(question?.excerpt.slice(0, 3)).toEqual([
    { text: 'How do I grow <b>', match: false },
    { text: 'lemon', match: true },
    { text: '</b> trees on a balcony?', match: false },
  ])
  expect(nextCursor).toBeNull()
})

test('filters narrow, and titles alone list chats', async () => {
  expect((await search('title:figs')).chats.map(({ chat }) => chat.id)).toEqual([second.chatId])
  expect((await search('title:figs')).messages).toEqual([])
  const inTitle = await search('title:lemon what')
  expect(inTitle.messages.map(({ chatId }) => chatId)).toContain(second.chatId)
  expect(inTitle.messages.map(({ chatId }) => chatId)).not.toContain(first.chatId)
  expect((await search('title:nowhere what')).messages).toEqual([])
  expect((await search('lemon before:2020')).messages).toEqual([])
  expect((await search('lemon after:2020')).messages).not.toEqual([])
  expect((await search('lemon has:file')).messages).toEqual([])
  const [answer] = (await search('model:a')).messages
  expect(answer?.role).toBe('assistant')
})

test('pages go on where the one before has ended', async () => {
  const all = (await search('what after:2020')).messages.map(({ messageId }) => messageId)
  expect(all.length).toBeGreaterThan(1)
  const paged: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: SearchPage = await search(
      'what after:2020',
      `limit=1${cursor && `&cursor=${cursor}`}`,
    )
    paged.push(...page.messages.map(({ messageId }) => messageId))
    cursor = page.nextCursor
  }
  expect(paged).toEqual(all)
})

test('a stranger finds nothing of it', async () => {
  const stranger = await guest(api)
  for (const q of ['lemon', 'title:figs', 'after:2020', 'lem*', `title:figs lemon`]) {
    const page = await stranger.json<SearchPage>(
      `/api/v1/search?${new URLSearchParams({ q }).toString()}`,
    )
    expect(page).toMatchObject({ chats: [], messages: [], nextCursor: null })
  }
})

test('a filter that cannot be is a problem that says which', async () => {
  const response = await reader.get('/api/v1/search?q=lemon+before:soon')
  expect(response.status).toBe(400)
  expect((await response.json()) as Problem).toMatchObject({
    code: 'invalid-search',
    retryable: false,
    fields: [{ path: 'q', message: expect.stringContaining('before:') }],
  })
})

test('a chat is read from any of its messages, towards both ends', async () => {
  const { chatId } = first
  for (let index = 0; index < 6; index++) {
    await reader.turn(`/api/v1/chats/${chatId}/turns`, { text: `Message ${index}` })
  }
  const page = (query: string): Promise<MessagePage> =>
    reader.json(`/api/v1/chats/${chatId}/messages?${query}`)
  const all = (await page('limit=100')).messages
  expect(all).toHaveLength(14)
  for (const { id } of all) {
    const middle = await page(`around=${id}&limit=5`)
    const read = [...middle.messages]
    expect(read.map((message) => message.id)).toContain(id)
    for (let before = middle.nextCursor; before !== null;) {
      const older = await page(`before=${before}&limit=4`)
      expect(older.newerCursor).toBe(before)
      read.unshift(...older.messages)
      before = older.nextCursor
    }
    for (let from = middle.newerCursor; from !== null;) {
      const newer = await page(`from=${from}&limit=4`)
      read.push(...newer.messages)
      from = newer.newerCursor
    }
    expect(read).toEqual(all)
  }
  for (const query of [`around=${newId()}`, `from=${second.questionId}`]) {
    const response = await reader.get(`/api/v1/chats/${chatId}/messages?${query}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'message-not-found' })
  }
  const both = await reader.get(
    `/api/v1/chats/${chatId}/messages?before=${newId()}&from=${newId()}`,
  )
  expect(both.status).toBe(400)
})

test('a list of chats is walked down and up again', async () => {
  const browser = await guest(api)
  const made: string[] = []
  for (let index = 0; index < 5; index++) {
    made.unshift((await converse(browser, `Chat ${index}`)).chatId)
  }
  const pages: string[][] = []
  const read = async (cursor: string | null) => {
    const query = cursor === null ? '' : `&cursor=${cursor}`
    const page = await browser.json<{
      chats: Chat[]
      nextCursor: string | null
      previousCursor: string | null
    }>(`/api/v1/chats?limit=2${query}`)
    pages.push(page.chats.map(({ id }) => id))
    return page
  }
  let page = await read(null)
  expect(page.previousCursor).toBeNull()
  while (page.nextCursor !== null) page = await read(page.nextCursor)
  while (page.previousCursor !== null) page = await read(page.previousCursor)
  const [a, b, c, d, e] = made
  expect(pages).toEqual([[a, b], [c, d], [e], [c, d], [a, b]])
})

function search(q: string, more = ''): Promise<SearchPage> {
  return reader.json(`/api/v1/search?${new URLSearchParams({ q }).toString()}&${more}`)
}

async function converse(browser: Browser, text: string) {
  const frames = await browser.turn('/api/v1/turns', { text })
  const { chatId, userMessageId } = frames[0]!.frame as { chatId: string; userMessageId: string }
  return { chatId, questionId: userMessageId }
}
