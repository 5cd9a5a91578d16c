import { getEventListeners } from 'node:events'
import { setImmediate as allSettled } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { FellBehind } from './flight.ts'
import { ScriptedUpstream } from './scripted-upstream.ts'
import { createSharedFlights } from './shared-flights.ts'

/** A table, and every upstream that it began. */
function setUp(
  limits: { maxEvents?: number; maxBytes?: number; cleanUp?: () => Promise<void> } = {},
) {
  const flights = createSharedFlights<number>({ sizeOf: () => 10, ...limits })
  const upstreams: ScriptedUpstream[] = []
  const join = (controller = new AbortController()) => {
    const follower = flights.join(
      'key',
      (signal) => {
        upstreams.push(new ScriptedUpstream(signal, limits.cleanUp))
        return upstreams.at(-1)!
      },
      controller.signal,
    )
    return Object.assign(follower, { abort: (reason: unknown) => controller.abort(reason) })
  }
  return { flights, upstreams, join }
}

/** Gives the next events as soon as they are asked for. */
async function give(upstream: ScriptedUpstream | undefined, ...values: number[]): Promise<void> {
  for (const value of values) {
    upstream!.give(value)
    await allSettled()
  }
}

async function collect(events: AsyncIterable<number>): Promise<{ got: number[]; error?: unknown }> {
  const got: number[] = []
  try {
    for await (const event of events) got.push(event)
    return { got }
  } catch (error) {
    return { got, error }
  }
}

const from = (...values: number[]) =>
  async function* () {
    yield* values
  }

test('twins get the same events of one upstream', async () => {
  const { flights, upstreams, join } = setUp()
  const twins = [join(), join()]
  expect(twins.map(({ joined }) => joined)).toEqual([false, true])
  const both = Promise.all(twins.map(collect))
  await give(upstreams[0], 1, 2, 3)
  upstreams[0]!.finish()
  expect(await both).toEqual([{ got: [1, 2, 3] }, { got: [1, 2, 3] }])
  expect(upstreams).toHaveLength(1)
  expect(upstreams[0]!.signal.aborted).toBe(false)
  expect(flights.size).toBe(0)
})

test('who comes late gets all from the beginning, then follows', async () => {
  const { upstreams, join } = setUp()
  const first = collect(join())
  await give(upstreams[0], 1, 2)
  const late = join()
  expect(late.joined).toBe(true)
  expect(await late.next()).toEqual({ done: false, value: 1 })
  const rest = collect(late)
  await allSettled()
  await give(upstreams[0], 3)
  upstreams[0]!.finish()
  expect(await rest).toEqual({ got: [2, 3] })
  expect(await first).toEqual({ got: [1, 2, 3] })
})

test('different keys fly apart', async () => {
  const flights = createSharedFlights<number>({ sizeOf: () => 1 })
  const { signal } = new AbortController()
  const a = flights.join('a', from(1), signal)
  const b = flights.join('b', from(2), signal)
  expect([a.joined, b.joined, flights.size]).toEqual([false, false, 2])
  expect([await collect(a), await collect(b)]).toEqual([{ got: [1] }, { got: [2] }])
  expect(flights.size).toBe(0)
})

test('what has ended is no cache: the next of its key begins anew', async () => {
  const flights = createSharedFlights<number>({ sizeOf: () => 1 })
  const { signal } = new AbortController()
  expect(await collect(flights.join('key', from(1), signal))).toEqual({ got: [1] })
  const again = flights.join('key', from(2), signal)
  expect(again.joined).toBe(false)
  expect(await collect(again)).toEqual({ got: [2] })
})

test('a failure reaches everybody, after what came before it', async () => {
  const { flights, upstreams, join } = setUp()
  const eager = collect(join())
  const slow = join()
  await give(upstreams[0], 1, 2)
  upstreams[0]!.fail('broken')
  expect(await eager).toEqual({ got: [1, 2], error: 'broken' })
  expect(flights.size).toBe(0)
  expect(join().joined).toBe(false)
  expect(await collect(slow)).toEqual({ got: [1, 2], error: 'broken' })
  expect(await slow.next()).toEqual({ done: true, value: undefined })
  expect(upstreams[0]!.signal.aborted).toBe(false)
})

test('an upstream that cannot even be started fails like one that breaks', async () => {
  const flights = createSharedFlights<number>({ sizeOf: () => 1 })
  const { signal } = new AbortController()
  const start = (): never => {
    throw new Error('no way')
  }
  const twins = [flights.join('key', start, signal), flights.join('key', start, signal)]
  expect(await Promise.all(twins.map(collect))).toEqual([
    { got: [], error: new Error('no way') },
    { got: [], error: new Error('no way') },
  ])
  expect(flights.size).toBe(0)
})

test('an aborted reader throws its own reason, and the others read on', async () => {
  const { upstreams, join } = setUp()
  const leaver = join()
  const stayer = join()
  const left = collect(leaver)
  const stayed = collect(stayer)
  await give(upstreams[0], 1)
  leaver.abort('gone')
  expect(await left).toEqual({ got: [1], error: 'gone' })
  expect(upstreams[0]!.signal.aborted).toBe(false)
  await give(upstreams[0], 2)
  upstreams[0]!.finish()
  expect(await stayed).toEqual({ got: [1, 2] })
})

test('a reader that stops reading ends only itself', async () => {
  const { upstreams, join } = setUp()
  const stayed = collect(join())
  const leaver = join()
  await give(upstreams[0], 1)
  for await (const event of leaver) {
    expect(event).toBe(1)
    break
  }
  expect(await leaver.next()).toEqual({ done: true, value: undefined })
  expect(upstreams[0]!.returned).toBe(false)
  await give(upstreams[0], 2)
  upstreams[0]!.finish()
  expect(await stayed).toEqual({ got: [1, 2] })
})

test('the last to be aborted aborts the upstream, with its reason', async () => {
  const { flights, upstreams, join } = setUp()
  const twins = [join(), join()]
  const both = twins.map(collect)
  twins[0]!.abort('first')
  expect(upstreams[0]!.signal.aborted).toBe(false)
  expect(flights.size).toBe(1)
  twins[1]!.abort('last')
  expect(upstreams[0]!.signal.reason).toBe('last')
  expect(flights.size).toBe(0)
  expect(await Promise.all(both)).toEqual([
    { got: [], error: 'first' },
    { got: [], error: 'last' },
  ])
  expect(upstreams[0]!.returned).toBe(true)
})

test('a reader that is aborted while it does not read gets its reason when it does', async () => {
  const { upstreams, join } = setUp()
  const follower = join()
  const first = follower.next()
  await give(upstreams[0], 1)
  await first
  follower.abort('gone')
  expect(upstreams[0]!.signal.aborted).toBe(true)
  await expect(follower.next()).rejects.toBe('gone')
  expect(await follower.next()).toEqual({ done: true, value: undefined })
})

test('an aborted reader does not wait for an upstream that is slow to clean up', async () => {
  const { upstreams, join } = setUp({ cleanUp: () => new Promise(() => undefined) })
  const follower = join()
  const end = collect(follower)
  follower.abort('gone')
  expect(await end).toEqual({ got: [], error: 'gone' })
  expect(upstreams[0]!.returned).toBe(true)
})

test('the last to stop reading waits until the upstream has cleaned up', async () => {
  const cleaned = Promise.withResolvers<void>()
  const { flights, upstreams, join } = setUp({ cleanUp: () => cleaned.promise })
  const follower = join()
  const first = follower.next()
  await give(upstreams[0], 1)
  await first
  let left = false
  const leaving = follower.return().then(() => (left = true))
  await allSettled()
  expect([left, flights.size, upstreams[0]!.signal.aborted]).toEqual([false, 0, true])
  cleaned.resolve()
  await leaving
})

test('who is aborted already starts nothing', async () => {
  const { flights, upstreams, join } = setUp()
  const controller = new AbortController()
  controller.abort('before')
  expect(await collect(join(controller))).toEqual({ got: [], error: 'before' })
  expect([upstreams.length, flights.size]).toEqual([0, 0])
})

test('who leaves without having read starts nothing', async () => {
  const { flights, upstreams, join } = setUp()
  await join().return()
  expect([upstreams.length, flights.size]).toEqual([0, 0])
})

test('who comes after all have left gets an upstream of its own', async () => {
  const { upstreams, join } = setUp()
  const leaver = join()
  const end = collect(leaver)
  leaver.abort('gone')
  const next = join()
  expect(next.joined).toBe(false)
  const got = collect(next)
  await give(upstreams[1], 7)
  upstreams[1]!.finish()
  expect([await end, await got]).toEqual([{ got: [], error: 'gone' }, { got: [7] }])
})

test('nothing is left on a signal that outlives the answer', async () => {
  const flights = createSharedFlights<number>({ sizeOf: () => 1 })
  const { signal } = new AbortController()
  const [reader, leaver] = ['a', 'b'].map((key) => flights.join(key, from(1), signal))
  expect(getEventListeners(signal, 'abort')).toHaveLength(2)
  await collect(reader!)
  await leaver!.return()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('what an upstream says when all have left is kept nowhere', async () => {
  let kept = 0
  const flights = createSharedFlights<number>({ sizeOf: () => ++kept })
  const answer = Promise.withResolvers<number>()
  const deaf = async function* () {
    yield await answer.promise
  }
  const controller = new AbortController()
  const end = collect(flights.join('key', deaf, controller.signal))
  controller.abort('gone')
  expect(await end).toEqual({ got: [], error: 'gone' })
  answer.resolve(1)
  await allSettled()
  expect([kept, flights.size]).toEqual([0, 0])
})

test('a slow reader slows nobody down, and finds everything when it comes', async () => {
  const { upstreams, join } = setUp()
  const slow = join()
  const fast = collect(join())
  await give(upstreams[0], 1, 2, 3)
  upstreams[0]!.finish()
  expect(await fast).toEqual({ got: [1, 2, 3] })
  expect(await collect(slow)).toEqual({ got: [1, 2, 3] })
})

test('the upstream is asked for no more than the fastest reader asks', async () => {
  const { upstreams, join } = setUp()
  const [fast, slow] = [join(), join()]
  expect(upstreams).toHaveLength(0)
  const first = fast.next()
  await give(upstreams[0], 1)
  await first
  await slow.next()
  await allSettled()
  expect(upstreams[0]!.asked).toBe(1)
  const second = Promise.all([fast.next(), slow.next()])
  expect(upstreams[0]!.asked).toBe(2)
  await give(upstreams[0], 2)
  await second
  expect(upstreams[0]!.asked).toBe(2)
})

test.each([{ maxEvents: 2 }, { maxBytes: 20 }])(
  'an answer beyond %o can no longer be joined, and goes on for those who read it',
  async (limits) => {
    const { flights, upstreams, join } = setUp(limits)
    const first = collect(join())
    await give(upstreams[0], 1, 2)
    const late = join()
    expect(late.joined).toBe(true)
    const second = collect(late)
    await give(upstreams[0], 3)
    expect(flights.size).toBe(0)
    const third = join()
    expect(third.joined).toBe(false)
    await give(upstreams[0], 4, 5, 6, 7)
    upstreams[0]!.finish()
    // The end of a flight that left the table long ago does not take the newer one out.
    expect(flights.size).toBe(1)
    const whole = { got: [1, 2, 3, 4, 5, 6, 7] }
    expect([await first, await second]).toEqual([whole, whole])
    await third.return()
  },
)

test('what everybody has read is let go as soon as nobody can join', async () => {
  const measured: number[] = []
  const flights = createSharedFlights<number>({
    sizeOf: (event) => measured.push(event),
    maxEvents: 3,
  })
  const follower = flights.join('key', from(1, 2, 3, 4, 5, 6), new AbortController().signal)
  for (let event = 1; event <= 4; event++) await follower.next()
  // Each is measured when it comes and when it goes.
  expect(measured).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
  await follower.next()
  expect(measured.slice(8)).toEqual([5, 5])
  await follower.return()
})

test('who falls further behind than is kept is dropped, and the others read on', async () => {
  const { upstreams, join } = setUp({ maxEvents: 2 })
  const [fast, slow, slower] = [collect(join()), join(), join()]
  await give(upstreams[0], 1)
  await slow.next()
  await give(upstreams[0], 2, 3)
  expect(await collect(slower)).toEqual({ got: [], error: new FellBehind() })
  await slow.next()
  await give(upstreams[0], 4)
  upstreams[0]!.finish()
  expect(await fast).toEqual({ got: [1, 2, 3, 4] })
  expect(await collect(slow)).toEqual({ got: [3, 4] })
})

test('nobody is dropped for the sake of one who has left', async () => {
  const { upstreams, join } = setUp({ maxEvents: 2 })
  const [fast, slow, slower] = [join(), join(), join()]
  const ended = collect(fast)
  await give(upstreams[0], 1)
  await slow.next()
  await give(upstreams[0], 2)
  fast.abort('gone')
  await ended
  await give(upstreams[0], 3)
  const rest = Promise.all([slow, slower].map(collect))
  await allSettled()
  upstreams[0]!.finish()
  expect(await rest).toEqual([{ got: [2, 3] }, { got: [1, 2, 3] }])
})

test('two calls of `next` at once are a mistake, not a hang', async () => {
  const { upstreams, join } = setUp()
  const follower = join()
  const first = follower.next()
  await expect(follower.next()).rejects.toThrow('one call of `next` at a time')
  await give(upstreams[0], 1)
  expect(await first).toEqual({ done: false, value: 1 })
  await follower.return()
})
