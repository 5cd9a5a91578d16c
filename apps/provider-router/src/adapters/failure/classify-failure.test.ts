import { expect, test } from 'vitest'
import { classifyFailure } from './classify-failure.ts'
import { parseDurationMs, retryAfterMsOf } from './retry-after.ts'

test.each([
  [400, { message: 'API key not valid. Please pass a valid API key.' }, 'bad-credential'],
  [
    400,
    { type: 'invalid_request_error', message: 'Your credit balance is too low' },
    'insufficient-quota',
  ],
  [400, { code: 'model_not_found', message: 'does not exist' }, 'model-not-found'],
  [
    400,
    {
      message:
        'input length and `max_tokens` exceed context limit: exceeds the maximum number of tokens',
    },
    'context-too-long',
  ],
  [
    400,
    { message: 'This model does not support assistant message prefill.' },
    'prefill-unsupported',
  ],
  [400, { code: 'content_policy_violation', message: 'no' }, 'content-filtered'],
  [400, { message: 'temperature: must be a number' }, 'invalid-request'],
  [
    400,
    { message: 'input length and `max_tokens` exceed context limit: 199000 + 9000 > 200000' },
    'context-too-long',
  ],
  [403, { message: 'no access' }, 'bad-credential'],
  [
    403,
    { code: 'model_not_found', message: 'Project `p` does not have access to model `m`' },
    'model-not-found',
  ],
  [403, { code: 'model_permission_blocked_project', message: 'blocked' }, 'model-not-found'],
  [
    400,
    {
      code: 'unsupported_value',
      message: 'Your organization must be verified to stream this model.',
    },
    'model-not-found',
  ],
  [
    400,
    { status: 'FAILED_PRECONDITION', message: 'User location is not supported for the API use.' },
    'bad-credential',
  ],
  [
    400,
    { type: 'invalid_request_error', message: 'This organization has been disabled.' },
    'bad-credential',
  ],
  [
    400,
    { code: 'invalid_prompt', message: 'flagged as potentially violating our usage policy' },
    'content-filtered',
  ],
  [
    400,
    {
      status: 'INVALID_ARGUMENT',
      message: 'Request payload size exceeds the limit: 20971520 bytes.',
    },
    'request-exceeds-limit',
  ],
  [
    413,
    {
      code: 'rate_limit_exceeded',
      message: 'Request too large for model `x` on tokens per minute',
    },
    'request-exceeds-limit',
  ],
  [
    429,
    { message: 'Limit 6000, Used 5447, Requested 783. Please try again in 2.3s.' },
    'rate-limited',
  ],
  [429, { message: 'Limit 6000, Requested 6783.' }, 'request-exceeds-limit'],
  [498, { message: 'capacity exceeded' }, 'overloaded'],
  [500, { message: 'oops' }, 'provider-unavailable'],
  [504, {}, 'timeout'],
  [
    409,
    { type: 'invalid_request_error', message: 'A lock was not to be had.' },
    'provider-unavailable',
  ],
  [422, { message: 'messages: field required' }, 'invalid-request'],
  [451, {}, 'provider-unavailable'],
  [529, { type: 'overloaded_error', message: 'Overloaded' }, 'overloaded'],
])('%i %j is %s', (status, error, code) => {
  expect(classifyFailure({ status, body: { error } }).code).toBe(code)
})

test.each([400, 403, 413, 422])(
  'a page in place of an answer, with %i, is of something between',
  (status) => {
    const body =
      '<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title></head></html>'
    expect(classifyFailure({ status, body })).toMatchObject({
      code: 'provider-unavailable',
      status,
      retryable: true,
    })
    expect(classifyFailure({ status: 400, body: 'temperature is too high' }).code).toBe(
      'invalid-request',
    )
  },
)

test('an error inside a stream takes the status that it names, or none', () => {
  const named = classifyFailure({
    status: null,
    body: { error: { status_code: 400, message: 'x' } },
    inStream: true,
  })
  expect(named).toMatchObject({ status: 400, code: 'invalid-request', retryable: false })
  const nameless = classifyFailure({
    status: null,
    body: { error: { message: 'x' } },
    inStream: true,
  })
  expect(nameless).toMatchObject({ status: null, code: 'stream-error', retryable: true })
  const typed = classifyFailure({
    status: null,
    body: { error: { type: 'invalid_request_error', message: 'x' } },
    inStream: true,
  })
  expect(typed).toMatchObject({ status: null, code: 'invalid-request', retryable: false })
})

test('the provider’s x-should-retry decides over its status', () => {
  const headers = (value: string) => new Headers({ 'x-should-retry': value })
  expect(classifyFailure({ status: 503, headers: headers('false'), body: '' }).retryable).toBe(
    false,
  )
  expect(classifyFailure({ status: 409, headers: headers('true'), body: '' }).retryable).toBe(true)
})

test('an error is found however it was wrapped', () => {
  const error = { code: 429, message: 'busy', status: 'RESOURCE_EXHAUSTED' }
  for (const body of [
    { error },
    [{ error }],
    JSON.stringify({ error }),
    JSON.stringify(JSON.stringify({ error })),
    { type: 'error', error },
  ]) {
    expect(classifyFailure({ status: 429, body }).raw).toEqual(error)
  }
})

test('a wait is read from every place that names one', () => {
  const now = Date.parse('2026-11-23T10:00:00Z')
  const wait = (headers: Record<string, string>, error?: object) =>
    retryAfterMsOf(new Headers(headers), error as Record<string, unknown> | undefined, now)
  expect(wait({ 'retry-after-ms': '1500', 'retry-after': '9' })).toBe(1_500)
  expect(wait({ 'retry-after': '41' })).toBe(41_000)
  expect(wait({ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' })).toBe(30_000)
  expect(wait({ 'retry-after': 'Mon, 23 Nov 2026 09:00:00 GMT' })).toBe(0)
  expect(wait({}, { details: [{ '@type': 'x' }, { retryDelay: '48.9s' }] })).toBe(48_900)
  expect(wait({}, { message: 'Please try again in 24m28.8s.' })).toBe(1_468_800)
  expect(wait({ 'retry-after': 'soon' }, { message: 'no idea' })).toBeNull()
})

test.each([
  ['300ms', 300],
  ['2h', 7_200_000],
  ['1m0.5s', 60_500],
  ['', null],
  ['12', null],
  ['1x', null],
])('a duration of %j is %s ms', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected)
})
