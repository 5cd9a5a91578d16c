import type { Problem, TurnFrame } from '@brainlyx/chat-contract'
import { expect, test, vi } from 'vitest'
import { readFrames } from './read-frames.ts'
import { TurnStore } from './turn-store.ts'
import type { TurnStoreDependencies } from './turn-store.ts'

/** An answer that a test writes frame by frame. */
function liveAnswer(after = 0) {
  const encoder = new TextEncoder()
  let controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (given) => {
      controller = given
    },
  })
  let sequence = after
  return {
    response: new Response(body),
    write: (frame: TurnFrame) =>
      controller.enqueue(encoder.encode(`id: 1-${++sequence}\ndata: ${JSON.stringify(frame)}\n\n`)),
    cut: () => controller.error(new TypeError('network')),
  }
}

function setUp(dependencies: Partial<TurnStoreDependencies> = {}) {
  const due: (() => void)[] = []
  const first = liveAnswer()
  const followed = liveAnswer(10)
  const calls: string[] = []
  const store = new TurnStore({
    startTurn: async ({ turnId, chatId }) => {
      calls.push(`start ${turnId} ${chatId}`)
      return first.response
    },
    queueTurn: async ({ turnId, chatId }) => {
      calls.push(`queue ${turnId} ${chatId}`)
      return Response.json({ turnId, chatId }, { status: 202 })
    },
    followTurn: async (turnId, cursor) => {
      calls.push(`follow ${turnId} ${cursor}`)
      return followed.response
    },
    signInAsGuest: async () => {
      calls.push('guest')
      return new Response()
    },
    read: readFrames,
    problemOf: async (response) => (await response.json()) as Problem,
    sleep: async () => undefined,
    random: () => 0,
    now: () => 0,
    onNextFrame: (task) => due.push(task),
    ...dependencies,
  })
  const paint = (): void => {
    for (const task of due.splice(0)) task()
  }
  return { store, first, followed, calls, due, paint }
}

const turnStart: TurnFrame = {
  type: 'turn-start',
  turnId: 't1',
  chatId: 'c1',
  userMessageId: 'u1',
  model: 'auto',
}
const send = { turnId: 't1', chatId: null, text: 'Hi', model: 'auto', asGuest: false }

test('a question shows at once, and its chat as soon as the server has made it', async () => {
  const { store, first, calls } = setUp()
  void store.send(send)
  expect(store.latest(null)).toMatchObject({ question: 'Hi', phase: 'sending', chatId: null })
  first.write(turnStart)
  await vi.waitFor(() => expect(store.latest('c1')).toMatchObject({ phase: 'answering' }))
  expect(store.latest(null)).toBe(store.latest('c1'))
  store.leaveNewChat()
  expect(store.latest(null)).toBeNull()
  expect(calls).toEqual(['start t1 null'])
})

test('deltas between two pictures are one change', async () => {
  const { store, first, due, paint } = setUp()
  void store.send({ ...send, chatId: 'c1' })
  first.write(turnStart)
  await vi.waitFor(() => expect(store.latest('c1')?.phase).toBe('answering'))
  const listener = vi.fn()
  store.subscribe(listener)
  for (const word of ['one', ' two', ' three']) first.write({ type: 'text-delta', text: word })
  await vi.waitFor(() => expect(due.length).toBe(1))
  await new Promise((resolve) => setImmediate(resolve))
  expect(listener).not.toHaveBeenCalled()
  paint()
  expect(listener).toHaveBeenCalledTimes(1)
  expect(store.latest('c1')?.parts).toEqual([{ type: 'text', text: 'one two three' }])
})

test('a cut line is taken up after the last frame, and nothing is lost or doubled', async () => {
  const { store, first, followed, calls } = setUp()
  void store.send({ ...send, chatId: 'c1' })
  first.write(turnStart)
  first.write({ type: 'text-delta', text: 'one' })
  await vi.waitFor(() => expect(store.latest('c1')?.phase).toBe('answering'))
  first.cut()
  await vi.waitFor(() => expect(calls).toContain('follow t1 1-2'))
  followed.write({ type: 'text-delta', text: ' two' })
  followed.write({ type: 'turn-end', turnId: 't1', messageId: 'm', finish: 'stop' })
  await vi.waitFor(() => expect(store.latest('c1')?.phase).toBe('ended'))
  expect(store.latest('c1')?.parts).toEqual([{ type: 'text', text: 'one two' }])
})

test('a request that was lost is sent again under the same id', async () => {
  let attempts = 0
  const answer = liveAnswer()
  const ids: string[] = []
  const { store } = setUp({
    startTurn: async ({ turnId }) => {
      ids.push(turnId)
      if (attempts++ === 0) throw new TypeError('network')
      return answer.response
    },
  })
  void store.send(send)
  answer.write(turnStart)
  answer.write({ type: 'turn-end', turnId: 't1', messageId: null, finish: 'stop' })
  await vi.waitFor(() => expect(store.latest('c1')?.phase).toBe('ended'))
  expect(ids).toEqual(['t1', 't1'])
})

test('whoever is nobody yet becomes a guest first, once', async () => {
  let attempts = 0
  const { store, calls } = setUp({
    startTurn: async () => {
      calls.push('start')
      if (attempts++ === 0) throw new TypeError('network')
      return Response.json({ code: 'no', title: 'No', retryable: false }, { status: 403 })
    },
  })
  void store.send({ ...send, asGuest: true })
  await vi.waitFor(() => expect(store.latest(null)?.phase).toBe('ended'))
  expect(calls).toEqual(['guest', 'start', 'start'])
  expect(store.latest(null)).toMatchObject({ finish: 'failed', problem: { code: 'no' } })
})

test('a turn that runs already is followed after what the page was made with', async () => {
  const { store, followed, calls } = setUp()
  const turn = { turnId: 't9', chatId: 'c1', model: 'auto', userMessageId: 'u9' }
  store.attach(turn, { parts: [{ type: 'text', text: 'so far' }], cursor: '1-7' })
  store.attach(turn)
  expect(store.latest('c1')).toMatchObject({ phase: 'answering', question: null })
  await vi.waitFor(() => expect(calls).toEqual(['follow t9 1-7']))
  followed.write({ type: 'text-delta', text: ' and on' })
  followed.write({ type: 'turn-end', turnId: 't9', messageId: 'm', finish: 'stop' })
  await vi.waitFor(() => expect(store.latest('c1')?.phase).toBe('ended'))
  expect(store.latest('c1')?.parts).toEqual([{ type: 'text', text: 'so far and on' }])
})

test('a question is known to have arrived with its first frame, and a refusal says why it has not', async () => {
  const { store, first } = setUp()
  const sent = store.send(send)
  expect(store.isSending('t1')).toBe(true)
  first.write(turnStart)
  expect(await sent).toBeNull()
  expect(store.isSending('t1')).toBe(false)
  const refusing = setUp({
    startTurn: async () =>
      Response.json({ code: 'no', title: 'No', retryable: false }, { status: 403 }),
  })
  expect(await refusing.store.send(send)).toMatchObject({ code: 'no' })
})

test('a turn that finds its chat busy waits, unread, and is read once it runs', async () => {
  const first = liveAnswer()
  let reading: AbortSignal | undefined
  const { store, followed, calls } = setUp({
    startTurn: async (_turn, signal) => {
      reading = signal
      return first.response
    },
  })
  const sent = store.send({ ...send, chatId: 'c1' })
  first.write({ type: 'notice', code: 'turn-waiting', message: 'Waiting' })
  expect(await sent).toBeNull()
  await vi.waitFor(() => expect(store.latest('c1')?.phase).toBe('waiting'))
  expect(reading?.aborted).toBe(true)
  store.attach({ turnId: 't1', chatId: 'c1', model: 'auto', userMessageId: 'u1' })
  await vi.waitFor(() => expect(calls).toEqual(['follow t1 undefined']))
  followed.write(turnStart)
  followed.write({ type: 'text-delta', text: 'At last' })
  await vi.waitFor(() => expect(store.latest('c1')?.phase).toBe('answering'))
})

test('messages for a busy chat go one after the other, and show until the page knows them', async () => {
  const order: string[] = []
  const first = Promise.withResolvers<Response>()
  const { store } = setUp({
    queueTurn: async ({ turnId }) => {
      order.push(turnId)
      return turnId === 'w1' ? first.promise : new Response()
    },
  })
  const message = { chatId: 'c1', model: 'auto' }
  const sent = [
    store.joinLine({ ...message, turnId: 'w1', text: 'one' }),
    store.joinLine({ ...message, turnId: 'w2', text: 'two' }),
  ]
  expect(store.outgoing('c1').map(({ text }) => text)).toEqual(['one', 'two'])
  await vi.waitFor(() => expect(order).toEqual(['w1']))
  first.resolve(new Response())
  expect(await Promise.all(sent)).toEqual([null, null])
  expect(order).toEqual(['w1', 'w2'])
  store.settle('c1', 'w1')
  expect(store.outgoing('c1').map(({ text }) => text)).toEqual(['two'])
})

test('a message that the line has no room for says so, and one whose answer was lost is sent again', async () => {
  const ids: string[] = []
  const { store } = setUp({
    queueTurn: async ({ turnId }) => {
      ids.push(turnId)
      if (ids.length === 1) throw new TypeError('network')
      return Response.json({ code: 'line-full', title: 'Full', retryable: true }, { status: 409 })
    },
  })
  const refused = await store.joinLine({ chatId: 'c1', model: 'auto', turnId: 'w1', text: 'one' })
  expect(refused).toMatchObject({ code: 'line-full' })
  expect(ids).toEqual(['w1', 'w1'])
})

test('a turn gives its place up to what is stored once its reader turns elsewhere', async () => {
  const { store, first } = setUp()
  void store.send({ ...send, chatId: 'c1', parentId: 'a0' })
  first.write(turnStart)
  await vi.waitFor(() => expect(store.latest('c1')?.userMessageId).toBe('u1'))
  expect(store.latest('c1')).toMatchObject({ inPlace: true, follows: 'a0' })
  store.yieldPlace('c1')
  expect(store.latest('c1')?.inPlace).toBe(false)
})
