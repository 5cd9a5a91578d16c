import { ConfigurationError, parseEnvironment } from '@brainlyx/service-kit'
import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { WebConfiguration } from './config.ts'

const usable = {
  BRAINLYX_MODE: 'local',
  CHAT_API_URL: 'http://127.0.0.1:4000',
  PUBLIC_ORIGIN: 'http://127.0.0.1:3000',
}

test('a local environment needs no service key', () => {
  const config = parseEnvironment(WebConfiguration, usable)
  expect(config).toMatchObject({
    PORT: 3000,
    PUBLIC_ORIGIN: 'http://127.0.0.1:3000',
    TRUSTED_PROXY_HOPS: 0,
  })
})

test('the origin is an origin', () => {
  expect(
    parseEnvironment(WebConfiguration, { ...usable, PUBLIC_ORIGIN: 'https://Chat.example/' })
      .PUBLIC_ORIGIN,
  ).toBe('https://chat.example')
  expect(() =>
    parseEnvironment(WebConfiguration, { ...usable, PUBLIC_ORIGIN: 'https://a/b' }),
  ).toThrow('PUBLIC_ORIGIN')
})

test('every bad key is named at once', () => {
  const problems = (): unknown =>
    parseEnvironment(WebConfiguration, { CHAT_API_URL: 'ftp://x', PORT: 'many' })
  expect(problems).toThrow(ConfigurationError)
  expect(problems).toThrow(/CHAT_API_URL[\s\S]*PUBLIC_ORIGIN|PUBLIC_ORIGIN[\s\S]*CHAT_API_URL/)
})

const production = {
  BRAINLYX_MODE: 'production',
  CHAT_API_URL: 'http://chat-api:4000',
  PUBLIC_ORIGIN: 'https://chat.example',
  SERVICE_TOKEN_PRIVATE_JWK: JSON.stringify({
    ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
    kid: 'web',
  }),
}

test.each([
  ['SERVICE_TOKEN_PRIVATE_JWK', '', 'is needed in production'],
  [
    'SERVICE_TOKEN_PRIVATE_JWK',
    production.SERVICE_TOKEN_PRIVATE_JWK.replace('"web"', '"worker"'),
    'has the kid «worker»',
  ],
  ['PUBLIC_ORIGIN', 'http://chat.example', 'must be https in production'],
])('production does not start with %s=%s', (key, value, said) => {
  expect(() => parseEnvironment(WebConfiguration, production)).not.toThrow()
  expect(() => parseEnvironment(WebConfiguration, { ...production, [key]: value })).toThrow(said)
})
