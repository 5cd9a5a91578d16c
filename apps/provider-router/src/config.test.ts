import { ConfigurationError, parseEnvironment } from '@brainlyx/service-kit'
import { expect, test } from 'vitest'
import { Config } from './config.ts'

const ONE = '1'.repeat(64)
const TWO = 'ab'.repeat(32)

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(Config, environment)
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

test('lists of digests are read in either case, with or without spaces', () => {
  const { ROUTER_ADMIN_KEYS_SHA256 } = parseEnvironment(Config, {
    BRAINLYX_MODE: 'local',
    ROUTER_ADMIN_KEYS_SHA256: `${ONE}, ${TWO.toUpperCase()}`,
  })
  expect(ROUTER_ADMIN_KEYS_SHA256).toEqual([ONE, TWO])
})

test('a key that calls models must not administer', () => {
  expect(
    problemsOf({
      BRAINLYX_MODE: 'local',
      ROUTER_API_KEYS_SHA256: `${ONE},${TWO}`,
      ROUTER_ADMIN_KEYS_SHA256: TWO,
    }),
  ).toEqual([expect.stringMatching(/^ROUTER_ADMIN_KEYS_SHA256: holds a key of ROUTER_API_KEYS/)])
})

test('a list that is none is named, beside what else is wrong', () => {
  expect(
    problemsOf({
      ROUTER_API_KEYS_SHA256: 'my-key',
      ROUTER_ADMIN_KEYS_SHA256: 'my-key',
      SIMULATOR_URL: 'http://127.0.0.1:1',
    }).map((problem) => problem.split(':')[0]),
  ).toEqual(
    expect.arrayContaining(
      ['ROUTER_API_KEYS_SHA256', 'ROUTER_ADMIN_KEYS_SHA256', 'SIMULATOR_URL'].map((key) =>
        expect.stringContaining(key),
      ),
    ),
  )
})

test.each([
  ['SERVICE_TOKEN_PUBLIC_JWKS', '', 'is needed in production'],
  [
    'SERVICE_TOKEN_PUBLIC_JWKS',
    // RFC 8037, appendix A: everyone can sign as this caller.
    '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"chat-api"}]}',
    'private half has been published',
  ],
  ['REDIS_URL', 'redis://redis.internal:6379', 'has no password'],
])('production refuses %s=%s', (key, value, said) => {
  const production = {
    BRAINLYX_MODE: 'production',
    REDIS_URL: 'rediss://:Zr8-kQw1tVb3@redis.internal:6379',
    SERVICE_TOKEN_PUBLIC_JWKS:
      '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"Y3VzdG9taXplZCBrZXkgb2YgdGhlIHRlc3RzIG9ubHk","kid":"chat-api"}]}',
  }
  expect(problemsOf(production)).toEqual([])
  expect(problemsOf({ ...production, [key]: value })).toEqual([expect.stringContaining(said)])
})
