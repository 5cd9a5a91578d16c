import { ConfigurationError, parseEnvironment } from '@brainlyx/service-kit'
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

test('production does not start without a key of its own', () => {
  expect(() =>
    parseEnvironment(WebConfiguration, { ...usable, BRAINLYX_MODE: 'production' }),
  ).toThrow('SERVICE_TOKEN_PRIVATE_JWK')
})
