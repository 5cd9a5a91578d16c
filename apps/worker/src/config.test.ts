import { ConfigurationError, listenAddress, parseEnvironment } from '@brainlyx/service-kit'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { workerEnvironment } from './config.ts'

const usable = {
  BRAINLYX_MODE: 'local',
  DATABASE_URL: 'postgres://app:secret@localhost/brainlyx',
  REDIS_URL: 'redis://localhost:6379',
  ROUTER_URL: 'http://localhost:4100',
  PUBLIC_ORIGIN: 'http://localhost:3000',
  PSEUDONYM_KEY: 'a key of the tests, long enough to be one',
  STORAGE_DIRECTORY: '/tmp/brainlyx',
}

test('the operations port is 4201 unless told otherwise', () => {
  expect(listenAddress(parseEnvironment(workerEnvironment, usable)).opsPort).toBe(4201)
  const told = { ...usable, OPS_PORT: '5000' }
  expect(listenAddress(parseEnvironment(workerEnvironment, told)).opsPort).toBe(5000)
})

test('every bad key is named at once', () => {
  const problems = problemsOf({
    ...usable,
    DATABASE_URL: 'mysql://x',
    REDIS_URL: '',
    ROUTER_URL: 'x',
  })
  expect(problems).toEqual([
    'DATABASE_URL: must be a URL such as postgres://user:password@host/database.',
    'REDIS_URL is missing.',
    'ROUTER_URL: must be a URL such as http://127.0.0.1:4100.',
  ])
})

test('files must be kept somewhere', () => {
  expect(problemsOf({ ...usable, STORAGE_DIRECTORY: '' })).toEqual([
    'STORAGE_DIRECTORY: or STORAGE_S3_BUCKET must say where files are kept.',
  ])
  const bucket = { ...usable, STORAGE_DIRECTORY: '', STORAGE_S3_BUCKET: 'files' }
  expect(problemsOf(bucket)).toEqual([])
})

const production = {
  ...usable,
  BRAINLYX_MODE: 'production',
  PSEUDONYM_KEY: randomBytes(32).toString('base64url'),
  SERVICE_TOKEN_PRIVATE_JWK: JSON.stringify({
    ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
    kid: 'worker',
  }),
}

test('production takes secrets of its own', () => {
  expect(problemsOf(production)).toEqual([])
})

test.each([
  ['SERVICE_TOKEN_PRIVATE_JWK', '', /needed in production/],
  [
    'SERVICE_TOKEN_PRIVATE_JWK',
    production.SERVICE_TOKEN_PRIVATE_JWK.replace('worker', 'web'),
    /kid «web»/,
  ],
  ['PSEUDONYM_KEY', usable.PSEUDONYM_KEY, /«long enough»/],
  ['DATABASE_OWNER_URL', 'postgres://owner@db.internal/brainlyx', /no password/],
  ['REDIS_URL', 'redis://redis.internal', /no password/],
])('production refuses %s=%s', (key, value, said) => {
  const problems = problemsOf({ ...production, [key]: value })
  expect(problems).toEqual([expect.stringMatching(said)])
  expect(problems[0]).toMatch(new RegExp(`^${key}`))
})

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(workerEnvironment, environment)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
  }
  return []
}
