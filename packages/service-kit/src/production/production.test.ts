import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { judgeConnection } from './data-connection.ts'
import { weaknessOf } from './weak-secret.ts'

test.each([
  ['a'.repeat(64), /repeats/],
  ['0123456789abcdef'.repeat(4), /repeats/],
  ['x9Qz7Lp2'.repeat(5), /repeats/],
  ['abcdefghijklmnopqrstuvwxyz0123456789', /simple/],
  ['zyxwvutsrqponmlkjihgfedcba9876543210', /simple/],
  ['abbabaaabbbbaaababbbabaaaabbababbbab', /simple/],
  ['changeme-changeme-changeme-changeme', /«change»/],
  ['please-CHANGE-this-to-something-random', /«change»/],
  ['a secret of the tests, long enough to be one', /«long enough»/],
  ['better-auth-secret-12345678901234567890', /«better-auth»/],
  ['correct horse battery staple forever', /«correct horse»/],
  ['your-256-bit-secret-your-256-bit-secret', /«secret»|«your-»/],
  ['Qwertzuiop1234567890Qwertzuiop!!!!!!', /«qwert»/],
])('%j is no secret', (secret, weakness) => {
  expect(weaknessOf(secret)).toMatch(weakness)
})

test('what is random is taken, in every usual spelling', () => {
  for (let index = 0; index < 5_000; index++) {
    const bytes = randomBytes(32)
    for (const secret of [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      bytes.subarray(0, 16).toString('hex'),
    ]) {
      expect(weaknessOf(secret), secret).toBeUndefined()
    }
  }
})

const strong = 'Zr8-kQw1tVb3'
test.each([
  ['postgres://app@db.internal/brainlyx', 'refused'],
  ['postgres://app:password@db.internal/brainlyx', 'refused'],
  ['postgresql://postgres:postgres@10.0.0.5/brainlyx', 'refused'],
  [`postgres://app:${strong}@db.internal/brainlyx`, 'warned'],
  [`postgres://app:${strong}@db.internal/brainlyx?sslmode=disable`, 'warned'],
  [`postgres://app:${strong}@db.internal/brainlyx?sslmode=verify-full`, 'taken'],
  ['postgres://app@localhost/brainlyx', 'taken'],
  ['postgres://app:password@127.0.0.1:5433/brainlyx', 'taken'],
  ['postgres://app@[::1]/brainlyx', 'taken'],
  ['postgres://app@/brainlyx?host=/var/run/postgresql', 'taken'],
  ['redis://redis.internal:6379', 'refused'],
  ['rediss://redis.internal:6379', 'refused'],
  ['redis://:redis@redis.internal:6379', 'refused'],
  [`redis://:${strong}@redis.internal:6379`, 'warned'],
  [`rediss://:${strong}@redis.internal:6379`, 'taken'],
  ['redis://127.0.0.1:6379', 'taken'],
  // A name that only begins like this machine's.
  ['redis://localhost.evil.example:6379', 'refused'],
  ['redis://127.0.0.1.evil.example:6379', 'refused'],
  ['http://provider-router:4100', 'warned'],
  ['http://127.0.0.1:4100', 'taken'],
  ['https://chat.example', 'taken'],
  ['anything else', 'taken'],
])('%s is %s', (url, verdict) => {
  const { refusal, warning } = judgeConnection(url)
  const found = refusal !== undefined ? 'refused' : warning === undefined ? 'taken' : 'warned'
  expect(found).toBe(verdict)
  // What is said of it is logged.
  expect(`${refusal} ${warning}`).not.toContain(strong)
})
