import { expect, test } from 'vitest'
import { describeError } from './describe-error.ts'

test('a problem is told in its own words, with its trace and whether to try again', () => {
  const problem = { title: 'Away', detail: 'Soon back.', traceId: 'abc', retryable: true }
  expect(describeError(503, problem)).toEqual({
    title: 'Away',
    detail: 'Soon back.',
    retryable: true,
    signIn: false,
    traceId: 'abc',
  })
})

test('an error that is none of ours is told without its words', () => {
  const described = describeError(500, new TypeError('secret at /srv/app.js:1'))
  expect(described).toMatchObject({ title: 'This page could not be made', retryable: true })
  expect(JSON.stringify(described)).not.toContain('secret')
})

test('a missing sign-in is mended by one', () => {
  expect(describeError(401, { traceId: 'x' })).toMatchObject({ signIn: true, traceId: 'x' })
})
