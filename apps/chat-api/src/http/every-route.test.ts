import { API_PREFIX, routes } from '@brainlyx/chat-contract'
import type { ChatPage, Message, MessagePage, Route, RouteName } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { request as rawRequest } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { expectProblem } from '../../test/expect-problem.ts'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import { entries } from '../../test/route-matrix/entries.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()

const table = Object.entries(routes) as [RouteName, Route][]

// Somebody’s data.
await signUp(api.browser()) // the administrator
const owner = await guest(api)
const first = await owner.turn('/api/v1/turns', { text: 'A secret: CANARY-7' })
const { chatId, turnId } = first[0]!.frame as { chatId: string; turnId: string }
const ids: Record<string, string> = { chatId, turnId, providerId: 'openai' }

/** What the owner has; of other kinds an id that nobody has. */
const ownId = (name: string): string => ids[name] ?? newId()
const pathOf = (route: Route, valueOf: (name: string) => string = ownId): string =>
  API_PREFIX + route.path.replaceAll(/:(\w+)/g, (_match, name: string) => valueOf(name))

const awkwardIds = [
  'x',
  '0',
  '..%2f..',
  '%00',
  '%ff',
  '💥',
  "' OR 1=1 --",
  newId().replace('-7', '-4'),
  'a'.repeat(5_000),
]
const withParams = table.filter(([, route]) => route.params !== undefined)
test.each(withParams)('%s: no id is too awkward', async (name, route) => {
  for (const awkward of awkwardIds) {
    const path = pathOf(route, () => awkward)
    const response = await rawRequest(
      `${api.url}${path.replace('💥', '%F0%9F%92%A5').replaceAll(' ', '%20')}`,
      {
        method: route.method,
        headers: {
          'content-type': 'application/json',
          cookie: cookieOf(),
          'sec-fetch-site': 'same-origin',
        },
        ...(route.body === undefined ? {} : { body: JSON.stringify(entries[name].body) }),
      },
    )
    const text = await response.body.text()
    expect(response.statusCode, path.slice(0, 80)).toBeGreaterThanOrEqual(400)
    expect(response.statusCode, `${path.slice(0, 80)} ${text}`).toBeLessThan(500)
    expect(response.headers['content-type']).toMatch('application/problem+json')
  }
})

const cookieOf = (): string =>
  [...owner.cookies].map(([key, value]) => `${key}=${value}`).join('; ')

const awkwardValues: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  'x'.repeat(300_000),
  '\ud83d',
  '<script>',
  [],
  {},
  [[[[[[]]]]]],
  { $ne: null },
  { toString: 'x', constructor: 1 },
  JSON.parse('{"__proto__":{"admin":true}}'),
]
const awkwardBodies: [string, string | Buffer, string][] = [
  ['nothing', '', 'application/json'],
  ['half a document', '{"text":', 'application/json'],
  ['a list', '[]', 'application/json'],
  ['a word', 'hello', 'application/json'],
  [
    'NUL',
    String.raw`{"text":"a\u0000b","title":"a\u0000b","email":"a\u0000@b.cd","password":"\u0000","key":"\u0000"}`,
    'application/json',
  ],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'application/json'],
  ['ten thousand brackets', '['.repeat(10_000), 'application/json'],
  ['ten thousand objects', '{"a":'.repeat(10_000), 'application/json'],
  ['XML', '<a/>', 'application/xml'],
  ['a file', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'],
  [
    'a form with NUL',
    'text=%00&title=%00&email=%00&password=%00&key=%00',
    'application/x-www-form-urlencoded',
  ],
  ['a form of nonsense', '%E0%A4%A&&==&a[b][c]=1&text[]=x', 'application/x-www-form-urlencoded'],
  ['another charset', '{}', 'application/json; charset=utf-7'],
  ['no media type', 'text=x', ''],
  ['three megabytes', JSON.stringify({ text: 'x'.repeat(3_000_000) }), 'application/json'],
]

test('the matrix has a body of every route that takes one', () => {
  const taking = table.filter(([, route]) => route.body !== undefined).map(([name]) => name)
  const given = table.map(([name]) => name).filter((name) => entries[name].body !== undefined)
  expect(given.toSorted()).toEqual(taking.toSorted())
})

const withBody = table.filter(([, route]) => route.body !== undefined)
test.each(withBody)(
  '%s: no body is too awkward',
  async (name, route) => {
    // Of some of them nothing would be left.
    const sender = name === 'deleteAccount' ? await guest(api) : owner
    const send = (body: string | Buffer, type: string) =>
      sender.fetch(pathOf(route), {
        method: route.method,
        body: typeof body === 'string' ? Buffer.from(body) : new Uint8Array(body),
        headers: { 'content-type': type },
      })
    for (const [what, body, type] of awkwardBodies) {
      const response = await send(body, type)
      expect([400, 403, 413, 415], `${what}: ${response.status}`).toContain(response.status)
      await expectProblem(response)
    }
    const fields = Object.keys(entries[name].body!)
    for (const field of [...fields, 'turnId', 'model', 'parentId', 'answerTo', 'name']) {
      for (const value of awkwardValues) {
        const response = await send(
          JSON.stringify({ ...entries[name].body, [field]: value }),
          'application/json',
        )
        expect(response.status, `${field}: ${JSON.stringify(value)?.slice(0, 60)}`).toBeLessThan(
          500,
        )
        if (response.ok) await response.body?.cancel()
        else await expectProblem(response)
      }
    }
  },
  60_000,
)

const queries = [
  'limit=0',
  'limit=-1',
  'limit=101',
  'limit=x',
  'limit=1e9',
  'limit=',
  'limit[]=1',
  'cursor=x',
  'cursor=%00',
  'before=%00',
  'before=x',
  `cursor=${'a'.repeat(4_000)}`,
  'cursor=WyJ4IiwieSJd',
  '%',
  '&&&===',
  'a=%FF',
  'q=%00',
  'q=',
  `q=${'a'.repeat(4_000)}`,
  'q=title:',
  'q=-%22',
  "q='%3A*%26|!()<->",
  'q=%ED%A0%80',
  'q=before:0000&cursor=WyIwMDAwLTAxLTAxVDAwOjAwOjAwWiJd',
  'q=a&cursor=WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsMWUzMDgsIngiXQ',
  'around=x',
  'around=%00',
  'from=x',
  'from=x&before=x',
]
const withQuery = table.filter(([, route]) => route.query !== undefined)
test.each(withQuery)('%s: no query is too awkward', async (_name, route) => {
  for (const query of queries) {
    const response = await owner.get(`${pathOf(route)}?${query}`)
    expect(response.status, query).toBeLessThan(500)
    if (response.ok) await response.body?.cancel()
    else await expectProblem(response)
  }
})

test.each(['-1', 'x', '1-', `${'9'.repeat(400)}-1`, '1-1; drop table', '\t'])(
  'a cursor of %j does not confuse a stream',
  async (cursor) => {
    const response = await owner.fetch(`/api/v1/turns/${turnId}/events`, {
      headers: { 'last-event-id': cursor },
    })
    expect(response.status).toBeLessThan(500)
    await response.body?.cancel()
  },
)

test('a cursor beyond the end gives the stored answer, not an open stream', async () => {
  const frames = await owner.follow(turnId, '99-99')
  expect(frames.map(({ frame }) => frame.type)).toEqual(['answer-snapshot', 'turn-end'])
})

test('an unknown path and a wrong method are problems, and in OpenAI’s shape under /v1', async () => {
  await expectProblem(await owner.get('/api/v1/nowhere'), 404)
  await expectProblem(await owner.get('/'), 404)
  const method = await owner.fetch('/api/v1/me', { method: 'DELETE' })
  expect(method.headers.get('allow')).toBe('GET')
  await expectProblem(method, 405)
  const openai = await owner.get('/v1/nowhere')
  expect(openai.status).toBe(404)
  expect(await openai.json()).toMatchObject({
    error: { code: 'not-found', type: 'not_found_error' },
  })
})

test('what nobody can answer with is said', async () => {
  const response = await owner.post('/api/v1/turns', { text: 'Hi' }, { accept: 'image/png' })
  expect(await expectProblem(response, 406)).toMatchObject({ code: 'not-acceptable' })
})

test('chats and messages are paged without gap or repeat', async () => {
  const browser = await guest(api)
  const made: string[] = []
  for (let index = 0; index < 5; index++) {
    const frames = await browser.turn('/api/v1/turns', { text: `Chat ${index}` })
    made.unshift((frames[0]!.frame as { chatId: string }).chatId)
  }
  const listed: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: ChatPage = await browser.json(
      `/api/v1/chats?limit=2${cursor && `&cursor=${cursor}`}`,
    )
    listed.push(...page.chats.map((chat) => chat.id))
    cursor = page.nextCursor
  }
  expect(listed).toEqual(made)

  for (let index = 0; index < 3; index++) {
    await browser.turn(`/api/v1/chats/${made[0]!}/turns`, { text: `Message ${index}` })
  }
  const all = await browser.json<MessagePage>(`/api/v1/chats/${made[0]!}/messages`)
  expect(all.messages).toHaveLength(8)
  const paged: Message[] = []
  let before: string | null = ''
  while (before !== null) {
    const page: MessagePage = await browser.json(
      `/api/v1/chats/${made[0]!}/messages?limit=3${before && `&before=${before}`}`,
    )
    paged.unshift(...page.messages)
    before = page.nextCursor
  }
  expect(paged).toEqual(all.messages)
})

test('a chat is renamed by its owner', async () => {
  const response = await owner.fetch(`/api/v1/chats/${chatId}`, {
    method: 'PATCH',
    json: { title: '  Mine  ' },
  })
  expect(await response.json()).toMatchObject({ id: chatId, title: 'Mine' })
})
