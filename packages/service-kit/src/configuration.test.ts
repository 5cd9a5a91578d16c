import { expect, test } from 'vitest'
import { z } from 'zod'
import { ALONGSIDE_OTHER_PROBLEMS, ConfigurationError, parseEnvironment } from './configuration.ts'
import { listenAddress, serviceEnvironment } from './service-environment.ts'

const schema = serviceEnvironment({ defaultPort: 4000 }).extend({
  DATABASE_URL: z.url(),
  POOL_SIZE: z.coerce.number().int().positive(),
})

test('every bad key is named at once', () => {
  const environment = { PORT: 'eighty', POOL_SIZE: '-1', LOG_LEVEL: 'loud', DATABASE_URL: '' }
  expect(() => parseEnvironment(schema, environment)).toThrow(ConfigurationError)
  try {
    parseEnvironment(schema, environment)
  } catch (error) {
    const { problems } = error as ConfigurationError
    for (const key of ['PORT', 'POOL_SIZE', 'LOG_LEVEL', 'DATABASE_URL']) {
      expect(problems.some((problem) => problem.startsWith(key))).toBe(true)
    }
    expect(problems).toContain('DATABASE_URL is missing.')
  }
})

test('a good environment is typed, with defaults', () => {
  const config = parseEnvironment(schema, { DATABASE_URL: 'postgres://db/app', POOL_SIZE: '7' })
  expect(config).toMatchObject({ PORT: 4000, POOL_SIZE: 7, BRAINLYX_MODE: 'production' })
})

test('a laptop listens on loopback, a container on every interface, operations one port on', () => {
  const base = { DATABASE_URL: 'postgres://db/app', POOL_SIZE: '1' }
  const local = parseEnvironment(schema, { ...base, BRAINLYX_MODE: 'local' })
  expect(listenAddress(local)).toEqual({
    host: '127.0.0.1',
    port: 4000,
    opsHost: '127.0.0.1',
    opsPort: 4001,
  })
  expect(listenAddress(parseEnvironment(schema, base)).host).toBe('0.0.0.0')
})

test('a malformed key set is a sentence, not a crash', () => {
  const base = { DATABASE_URL: 'postgres://db/app', POOL_SIZE: '1' }
  expect(() => parseEnvironment(schema, { ...base, SERVICE_TOKEN_PUBLIC_JWKS: '{' })).toThrow(
    /SERVICE_TOKEN_PUBLIC_JWKS: is not JSON/,
  )
})

test('a rule over several keys speaks up beside other problems', () => {
  const strict = schema.superRefine((config: Partial<{ LOG_LEVEL: string }>, context) => {
    if (config.LOG_LEVEL === 'trace') {
      context.addIssue({ code: 'custom', path: ['LOG_LEVEL'], message: 'says too much' })
    }
  }, ALONGSIDE_OTHER_PROBLEMS)
  expect(() => parseEnvironment(strict, { LOG_LEVEL: 'trace', POOL_SIZE: '0' })).toThrow(
    /DATABASE_URL is missing.*LOG_LEVEL: says too much/s,
  )
})
