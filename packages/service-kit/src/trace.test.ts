import { expect, test } from 'vitest'
import { currentTrace, newTrace, runWithTrace } from './trace.ts'

const given = `00-${'4b'.repeat(16)}-${'0f'.repeat(8)}-01`

test('a caller’s trace goes on under a span of our own', () => {
  const trace = newTrace(given)
  expect(trace.traceId).toBe('4b'.repeat(16))
  expect(trace.traceparent).not.toBe(given)
  expect(trace.traceparent).toMatch(new RegExp(`^00-${trace.traceId}-[0-9a-f]{16}-01$`))
})

test.each(['', 'x', `00-${'0'.repeat(32)}-${'0f'.repeat(8)}-01`, `00-${'4B'.repeat(16)}-zz-01`])(
  'a malformed header %j begins a new trace',
  (header) => {
    expect(newTrace(header).traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
  },
)

test('the trace follows asynchronous work', async () => {
  const seen = await runWithTrace(given, async () => {
    await Promise.resolve()
    return currentTrace()?.traceId
  })
  expect(seen).toBe('4b'.repeat(16))
  expect(currentTrace()).toBeUndefined()
})
