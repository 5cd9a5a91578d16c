import { ConfigurationError, parseEnvironment } from '@brainlyx/service-kit'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Config } from './config.ts'

const keyOf = (kid: string): Record<string, unknown> => ({
  ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  kid,
})
const random = (): string => randomBytes(32).toString('base64url')
const publicOf = ({ kty, crv, x, kid }: Record<string, unknown>) => ({ kty, crv, x, kid })
/** RFC 8037, appendix A. */
const published = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  kid: 'chat-api',
}

const secret = random()
const own = keyOf('chat-api')
const production = {
  BRAINLYX_MODE: 'production',
  DATABASE_URL: 'postgres://app:Zr8-kQw1tVb3@db.internal/brainlyx?sslmode=verify-full',
  REDIS_URL: 'rediss://:Zr8-kQw1tVb3@redis.internal:6379',
  ROUTER_URL: 'https://router.internal',
  PUBLIC_ORIGIN: 'https://chat.example',
  AUTH_SECRET: secret,
  PSEUDONYM_KEY: random(),
  STORAGE_DIRECTORY: '/srv/files',
  SERVICE_TOKEN_PRIVATE_JWK: JSON.stringify(own),
  SERVICE_TOKEN_PUBLIC_JWKS: JSON.stringify({ keys: [publicOf(keyOf('web'))] }),
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(Config, environment)
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

test('an environment with secrets of its own is taken', () => {
  expect(problemsOf(production)).toEqual([])
})

test.each([
  ['AUTH_SECRET', '', /missing/],
  ['AUTH_SECRET', 'too short', /32 characters/],
  ['AUTH_SECRET', 'change-me-change-me-change-me-please', /«change»/],
  ['AUTH_SECRET', 'a'.repeat(40), /repeats itself/],
  ['PSEUDONYM_KEY', 'a key of the tests, long enough to be one', /«long enough»/],
  ['PSEUDONYM_KEY', secret, /the same as AUTH_SECRET/],
  ['PUBLIC_ORIGIN', 'http://chat.example', /https/],
  ['SERVICE_TOKEN_PRIVATE_JWK', '', /needed in production/],
  ['SERVICE_TOKEN_PRIVATE_JWK', JSON.stringify(published), /published/],
  ['SERVICE_TOKEN_PRIVATE_JWK', JSON.stringify(keyOf('web')), /kid «web»/],
  ['SERVICE_TOKEN_PRIVATE_JWK', JSON.stringify({ ...own, x: keyOf('a')['x'] }), /no key pair/],
  ['SERVICE_TOKEN_PRIVATE_JWK', '{', /JSON/],
  ['SERVICE_TOKEN_PUBLIC_JWKS', JSON.stringify({ keys: [publicOf(published)] }), /published/],
  ['SERVICE_TOKEN_PUBLIC_JWKS', JSON.stringify({ keys: [keyOf('web')] }), /private key/],
  ['DATABASE_URL', 'postgres://brainlyx_app:password@db.internal/brainlyx', /everyone knows/],
  ['DATABASE_URL', 'postgres://brainlyx_app@db.internal/brainlyx', /no password/],
  ['DATABASE_REPLICA_URLS', 'postgres://brainlyx_app@standby.internal/brainlyx', /no password/],
  ['REDIS_URL', 'redis://redis.internal:6379', /no password/],
])('production does not start with %s=%s', (key, value, said) => {
  const problems = problemsOf({ ...production, [key]: value })
  for (const problem of problems) expect(problem).toMatch(new RegExp(`^${key}`))
  expect(problems[0]).toMatch(said)
  // Logs are read by many.
  if (value.length > 30) expect(problems[0]).not.toContain(value)
})

test('on a laptop none of this is asked', () => {
  expect(
    problemsOf({
      ...production,
      BRAINLYX_MODE: 'local',
      AUTH_SECRET: 'a'.repeat(40),
      PSEUDONYM_KEY: 'a'.repeat(40),
      PUBLIC_ORIGIN: 'http://localhost:3000',
      SERVICE_TOKEN_PRIVATE_JWK: '',
      REDIS_URL: 'redis://redis.internal:6379',
    }),
  ).toEqual([])
})

test('whoever names no mode is in production', () => {
  expect(
    problemsOf({ ...production, BRAINLYX_MODE: '', AUTH_SECRET: 'a'.repeat(40) }),
  ).toHaveLength(1)
})
