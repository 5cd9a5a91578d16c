// What no fixture has: servers that say the right thing strangely, the wrong thing, or nothing, byte by byte.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askRouter, newPrompt } from './ask-router.ts'
import { respond, respondForEver, respondInChunks, startRawProvider } from './raw-provider.ts'
import type { Play, RawProvider } from './raw-provider.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const PAGE = '<!DOCTYPE html><html><title>Attention Required!</title></html>'

const event = (said: unknown): string =>
  `data: ${typeof said === 'string' ? said : JSON.stringify(said)}\n\n`
const delta = (
  message: object | null,
  finish: string | null = null,
  more: object = {},
): object => ({
  choices: [{ index: 0, delta: message, finish_reason: finish, ...more }],
})
const words = (content: string): object => delta({ content })
const HELLO = [words('Hello'), words(' world'), delta({}, 'stop')]
const stream = (...said: unknown[]): Play => respondInChunks([said.map(event).join('')])
const lines = (line: (said: string) => string): Play =>
  respondInChunks([[...HELLO.map((said) => JSON.stringify(said)), '[DONE]'].map(line).join('')])

const completion = (message: object, finish = 'stop', more: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, message, finish_reason: finish }], ...more })
const whole = (body: string): Play => respond('200 OK', body, JSON_TYPE)
const SAID = completion({ role: 'assistant', content: 'Hello world' })

/** «Hello world» all the same. */
const SAID_STRANGELY: Record<string, { streamed?: Play; whole?: Play }> = {
  'crlf-bom-no-space': { streamed: lines((said) => `\uFEFFid: 1\r\ndata:${said}\r\n\r\n`) },
  'cr-only': { streamed: lines((said) => `data: ${said}\r\r`) },
  'many-lines': {
    streamed: respondInChunks(
      [...HELLO.map((said) => JSON.stringify(said, null, 1)), '[DONE]'].map(
        (said) => `${said.replaceAll(/^/gm, 'data: ')}\n\n`,
      ),
    ),
  },
  'byte-by-byte': {
    streamed: respondInChunks([...HELLO, '[DONE]'].map(event).join('').split('')),
  },
  gzip: {
    streamed: respond('200 OK', gzipSync([...HELLO, '[DONE]'].map(event).join('')), {
      'content-encoding': 'gzip',
      'content-type': 'text/event-stream',
    }),
    whole: respond('200 OK', gzipSync(SAID), { 'content-encoding': 'gzip' }),
  },
  'no-type': {
    streamed: respond('200 OK', HELLO.map(event).join('')),
    whole: respond('200 OK', SAID),
  },
  'no-end': { streamed: respondInChunks(HELLO.map(event), false) },
  'http-1.0': {
    streamed: (socket) =>
      socket.end(`HTTP/1.0 200 OK\r\n\r\n${[...HELLO, '[DONE]'].map(event).join('')}`),
    whole: (socket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${SAID}`),
  },
  'early-hints': {
    whole: (socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')
      whole(SAID)(socket)
    },
  },
  'whole-for-a-stream': { streamed: whole(SAID) },
  'odd-events': { streamed: stream('null', '42', '"a"', '[]', '{', ...HELLO, '[DONE]') },
  'odd-choices': {
    streamed: stream({ choices: null }, { choices: [null] }, delta(null), ...HELLO, '[DONE]'),
  },
  'odd-counts': {
    streamed: stream(...HELLO, { choices: [], usage: { prompt_tokens: '7', total_tokens: -1 } }),
    whole: whole(
      completion({ content: 'Hello world' }, 'stop', { usage: { prompt_tokens: null } }),
    ),
  },
  'parts-of-text': {
    streamed: stream(delta({ content: [{ type: 'text', text: 'Hello world' }] }, 'stop')),
    whole: whole(completion({ content: [{ type: 'text', text: 'Hello world' }] })),
  },
  'message-in-a-stream': {
    streamed: stream({ choices: [{ message: { content: 'Hello world' }, finish_reason: 'stop' }] }),
  },
  'words-after-the-finish': {
    streamed: stream(words('Hello'), delta({}, 'stop'), words(' world'), delta({}, 'stop')),
  },
}

const either = (play: Play): { streamed: Play; whole: Play } => ({ streamed: play, whole: play })

/** Not a word of an answer: somebody else is asked. */
const NO_ANSWER: Record<string, { streamed?: Play; whole?: Play }> = {
  nothing: either(() => {}),
  'closed-at-once': either((socket) => socket.destroy()),
  'not-http': either((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
  'headers-for-ever': either((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const more = Array.from({ length: 1_000 }, (_, index) => `x-${index}: ${'v'.repeat(100)}\r\n`)
    socket.write(more.join(''))
  }),
  'half-a-head': either((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-ty')),
  'half-a-document': either((socket) => {
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"choices":[')
  }),
  'half-a-document-and-silence': either((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"choices":[')
  }),
  'comments-for-ever': either(respondForEver([], ': ping\n\n')),
  'empty-words-for-ever': either(
    respondForEver([], event(delta({ role: 'assistant', content: '' }))),
  ),
  'one-line-for-ever': either(respondForEver(['data: '], 'x'.repeat(100_000))),
  page: either(respond('200 OK', PAGE, { 'content-type': 'text/html' })),
  'no-content': either((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n')),
  redirect: either(respond('307 Temporary Redirect', '', { location: 'http://127.0.0.1:1/' })),
  'error-with-200': either(whole('{"error":{"message":"Overloaded"}}')),
  'error-as-a-stream': either(stream({ error: 'it broke' })),
  'no-choices': { streamed: stream({ choices: [] }, '[DONE]'), whole: whole('{"choices":[]}') },
  'end-alone': { streamed: stream('[DONE]'), whole: whole('{}') },
  'not-gzip': either(respond('200 OK', 'plain', { 'content-encoding': 'gzip' })),
  'unknown-encoding': either(respond('200 OK', 'plain', { 'content-encoding': 'zebra' })),
  'deep-json': either(whole('['.repeat(100_000))),
  'more-than-json': { whole: whole(`${SAID}x`) },
  'a-stream-for-a-whole': { whole: stream(...HELLO, '[DONE]') },
  'whole-but-broken': { whole: whole(completion({ content: 'Hello' }, 'error')) },
  ...Object.fromEntries(
    ['400', '403', '413', '422'].map((status) => [`${status}-page`, either(respond(status, PAGE))]),
  ),
  ...Object.fromEntries(
    ['402', '404', '408', '409', '451', '499', '500', '520', '529', '600'].map((status) => [
      `status-${status}`,
      either(respond(status, '')),
    ]),
  ),
  ...Object.fromEntries(
    ['Wed, 21 Oct 2099 07:28:00 GMT', '-5', 'soon', '99999999'].map((wait, index) => [
      `wait-${index}`,
      either(respond('429', '{}', { 'retry-after': wait })),
    ]),
  ),
}

/** Broken off after «Hello»: never an answer. */
const BROKEN: Record<string, Play> = {
  'end-without-finish': stream(words('Hello'), '[DONE]'),
  'end-of-the-body': respondInChunks([event(words('Hello'))]),
  'bad-chunk': (socket) => {
    respondInChunks([event(words('Hello'))], false)(socket)
    socket.write('ZZZ\r\n')
  },
  'error-event': respondInChunks([
    event(words('Hello')),
    'event: error\ndata: {"message":"x"}\n\n',
  ]),
  'error-in-words': respondInChunks([event(words('Hello')), 'event: error\ndata: it broke\n\n']),
  'error-among-chunks': stream(words('Hello'), { error: { message: 'x', code: 500 } }),
  'finish-says-error': stream(words('Hello'), delta({}, 'error'), '[DONE]'),
  'choice-says-error': stream(
    words('Hello'),
    delta({ content: '' }, 'error', { error: { code: 502, message: 'x' } }),
    '[DONE]',
  ),
  'comments-after-words': respondForEver([event(words('Hello'))], ': ping\n\n'),
  'empty-words-after-words': respondForEver([event(words('Hello'))], event(words(''))),
}

const plays: Record<string, Play> = {}
const both = { ...SAID_STRANGELY, ...NO_ANSWER }
for (const [name, { streamed, whole: asked }] of Object.entries(both)) {
  if (streamed !== undefined) plays[`${name}/streamed`] = streamed
  if (asked !== undefined) plays[`${name}/whole`] = asked
}
for (const [name, play] of Object.entries(BROKEN)) plays[`${name}/streamed`] = play
const names = Object.keys(plays)

let provider: RawProvider
let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  ;[provider, simulator] = await Promise.all([startRawProvider(plays), startSimulator()])
  // Each is a provider of its own, since what one does would be held against the others.
  const configuration = {
    style: 'raw',
    retryBudget: { minimumPerSecond: 1_000 },
    timeouts: { connectMs: 2_000, firstTokenMs: 2_000, idleMs: 2_000, totalMs: 4_000 },
    providers: {
      ...Object.fromEntries(
        names.map((name, index) => [
          `strange-${index}`,
          { kind: 'openai', name, baseUrl: provider.url, keys: [`key-${index}`] },
        ]),
      ),
      sound: { kind: 'openai', name: 'Sound', baseUrl: `${simulator.url}/v1`, keys: ['key'] },
    },
    deployments: [
      ...names.map((name, index) => ({
        id: `strange/${name}`,
        provider: `strange-${index}`,
        model: name,
        price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 },
      })),
      { id: 'sound', provider: 'sound', model: 'gpt-4.1-mini' },
    ],
    models: Object.fromEntries(
      names.map((name) => [name, { name, deployments: [`strange/${name}`, 'sound'] }]),
    ),
  }
  router = await startRouterUnderTest({ yaml: JSON.stringify(configuration) })
})
afterAll(async () => {
  await router.close()
  await provider.close()
  await simulator.close()
})

const ask = (name: string) =>
  askRouter(router, { model: name, prompt: newPrompt(), stream: name.endsWith('/streamed') })
const namesOf = (some: object): string[] =>
  names.filter((name) => name.slice(0, name.lastIndexOf('/')) in some)

describe.concurrent('a provider', () => {
  test.each(namesOf(SAID_STRANGELY))('%s is understood', async (name) => {
    const answer = await ask(name)
    expect(answer).toMatchObject({ status: 200, attempts: 1, text: 'Hello world', finish: 'stop' })
    expect(answer.error).toBeNull()
  })

  test.each(namesOf(NO_ANSWER))('%s is left for another', async (name) => {
    const answer = await ask(name)
    expect(answer).toMatchObject({ status: 200, attempts: 2, deployment: 'sound', finish: 'stop' })
    expect(answer.error).toBeNull()
  })

  test.each(namesOf(BROKEN))('%s is not taken for an answer', async (name) => {
    const answer = await ask(name)
    expect(answer).toMatchObject({ text: 'Hello', finish: null, done: false })
    expect(answer.error).toMatchObject({ retryable: true })
  })
})
