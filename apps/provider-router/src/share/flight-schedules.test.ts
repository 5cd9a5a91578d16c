import fc from 'fast-check'
import { setImmediate as allSettled } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { FellBehind } from './flight.ts'
import { ScriptedUpstream } from './scripted-upstream.ts'
import { createSharedFlights } from './shared-flights.ts'

type Step =
  | { readonly do: 'join' | 'give' | 'finish' | 'fail' }
  | { readonly do: 'read' | 'leave' | 'abort'; readonly who: number }

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>({ do: 'join' }) },
    { weight: 8, arbitrary: fc.constant<Step>({ do: 'give' }) },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'finish' }, { do: 'fail' }) },
    {
      weight: 12,
      arbitrary: fc.record({ do: fc.constant('read' as const), who: fc.nat(5) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('leave' as const, 'abort' as const),
        who: fc.nat(5),
      }),
    },
  ),
  { maxLength: 60 },
)

/** A reader under test, and what it ought to see. */
interface Reader {
  readonly events: AsyncIterator<number, undefined>
  readonly controller: AbortController
  readonly flight: ScriptedFlight
  readonly got: number[]
  asked: number
  reading: boolean
  over: 'left' | 'aborted' | undefined
  end: 'done' | { readonly error: unknown } | undefined
}

interface ScriptedFlight {
  upstream: ScriptedUpstream | undefined
  readonly given: number[]
  readonly readers: Reader[]
  end: 'done' | { readonly error: unknown } | undefined
}

test('in any order of joining, reading and leaving, who stays sees exactly what the upstream gave', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      const flights = createSharedFlights<number>({ sizeOf: () => 1 })
      const all: ScriptedFlight[] = []
      let serial = 0

      const runs = (flight: ScriptedFlight): boolean =>
        flight.end === undefined && flight.readers.some(({ over }) => over === undefined)
      const join = (): void => {
        const before = all.at(-1)
        const flight: ScriptedFlight =
          before !== undefined && runs(before)
            ? before
            : { upstream: undefined, given: [], readers: [], end: undefined }
        const controller = new AbortController()
        const start = (signal: AbortSignal): ScriptedUpstream => {
          expect(flight.upstream).toBeUndefined()
          return (flight.upstream = new ScriptedUpstream(signal))
        }
        const events = flights.join('key', start, controller.signal)
        expect(events.joined).toBe(flight === before)
        if (flight !== before) all.push(flight)
        flight.readers.push({
          events,
          controller,
          flight,
          got: [],
          asked: 0,
          reading: false,
          over: undefined,
          end: undefined,
        })
      }
      const read = async (reader: Reader): Promise<void> => {
        if (reader.reading) return
        reader.reading = true
        reader.asked++
        try {
          const result = await reader.events.next()
          if (result.done === true) reader.end ??= 'done'
          else reader.got.push(result.value)
        } catch (error) {
          reader.end ??= { error }
        }
        reader.reading = false
      }
      const settle = (flight: ScriptedFlight, how: 'give' | 'finish' | 'fail'): void => {
        if (flight.upstream?.isAsked !== true) return
        if (how === 'give') {
          flight.given.push(++serial)
          flight.upstream.give(serial)
        } else if (how === 'finish') {
          flight.end = 'done'
          flight.upstream.finish()
        } else {
          flight.end = { error: new Error('broken') }
          flight.upstream.fail(flight.end.error)
        }
      }
      const check = (): void => {
        expect(flights.size).toBe(all.filter(runs).length)
        for (const flight of all) {
          const abandoned =
            flight.end === undefined && flight.readers.every(({ over }) => over !== undefined)
          if (flight.upstream !== undefined) {
            expect(flight.upstream.signal.aborted).toBe(abandoned)
            const fastest = Math.max(...flight.readers.map(({ asked }) => asked))
            expect(flight.upstream.asked).toBeLessThanOrEqual(fastest)
          }
          for (const { got } of flight.readers)
            expect(got).toEqual(flight.given.slice(0, got.length))
        }
      }

      for (const step of schedule) {
        const readers = all.flatMap((flight) => flight.readers)
        const reader =
          'who' in step ? readers.at(-1 - (step.who % (readers.length || 1))) : undefined
        if (step.do === 'join') join()
        else if (step.do === 'give' || step.do === 'finish' || step.do === 'fail') {
          if (all.length > 0) settle(all.at(-1)!, step.do)
        } else if (reader === undefined) continue
        else if (step.do === 'read') void read(reader)
        else if (reader.over === undefined && reader.end === undefined) {
          reader.over = step.do === 'abort' ? 'aborted' : 'left'
          if (step.do === 'abort') reader.controller.abort(reader)
          else void reader.events.return!()
        }
        await allSettled()
        check()
      }

      // Then everybody reads to the end.
      const readers = all.flatMap((flight) => flight.readers)
      while (readers.some(({ end }) => end === undefined)) {
        for (const reader of readers) if (reader.end === undefined) void read(reader)
        await allSettled()
        for (const flight of all) settle(flight, flight.given.length < 5 ? 'give' : 'finish')
        await allSettled()
        check()
      }
      for (const { over, end, got, flight, controller } of readers) {
        if (over === 'left') expect(end).toBe('done')
        else if (over === 'aborted') expect(end).toEqual({ error: controller.signal.reason })
        else expect({ end, got }).toEqual({ end: flight.end, got: flight.given })
      }
      expect(flights.size).toBe(0)
    }),
    { numRuns: 300 },
  )
})

test('whatever is kept, nobody misses an event without being told', async () => {
  const paces = fc.array(fc.nat(3), { maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(paces, fc.integer({ min: 1, max: 6 }), async (schedule, maxEvents) => {
      const flights = createSharedFlights<number>({ sizeOf: () => 1, maxEvents })
      const { signal } = new AbortController()
      let newest = 0
      const start = async function* () {
        for (;;) yield ++newest
      }
      const readers = Array.from({ length: 4 }, () => ({
        events: flights.join('key', start, signal),
        taken: 0,
        dropped: false,
      }))
      for (const who of schedule) {
        const reader = readers[who]!
        if (reader.dropped) continue
        const lag = newest - reader.taken
        try {
          const { value } = await reader.events.next()
          expect(value).toBe(++reader.taken)
          expect(lag).toBeLessThanOrEqual(maxEvents)
        } catch (error) {
          expect(error).toBeInstanceOf(FellBehind)
          expect(lag).toBeGreaterThan(maxEvents)
          reader.dropped = true
        }
      }
      expect(readers.some(({ dropped }) => !dropped)).toBe(true)
    }),
  )
})
