import { ServiceError } from '@brainlyx/service-kit'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAuthenticator } from './authenticate.ts'
import { requireAdministrator } from './require-administrator.ts'

const digest = (key: string): string => createHash('sha256').update(key).digest('hex')
const authenticate = createAuthenticator({
  publicJwks: { keys: [] },
  apiKeyDigests: [digest('api-key')],
  adminKeyDigests: [digest('admin-key')],
})

test('a key that calls models does, whatever it is asked for, and does not administer', async () => {
  expect(await authenticate('Bearer api-key')).toMatchObject({ kind: 'api-key' })
  const caller = await authenticate('Bearer api-key', 'administration')
  expect(() => requireAdministrator(caller)).toThrow(
    expect.objectContaining({ code: 'not-permitted', status: 403 }),
  )
})

test('a key that administers does so where administration is asked for, and calls no models', async () => {
  const caller = await authenticate('Bearer admin-key', 'administration')
  expect(requireAdministrator(caller)).toBe(`admin-key ${digest('admin-key').slice(0, 8)}`)
  const refusal: unknown = await authenticate('Bearer admin-key').catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(ServiceError)
  expect(refusal).toMatchObject({ code: 'not-permitted', status: 403 })
})

test('a digest is no key', async () => {
  for (const key of ['api-key', 'admin-key']) {
    await expect(authenticate(`Bearer ${digest(key)}`, 'administration')).rejects.toMatchObject({
      code: 'invalid-api-key',
      status: 401,
    })
  }
})

test('of our services only the one that answers for an administrator administers', () => {
  expect(requireAdministrator({ kind: 'service', service: 'chat-api' })).toBe('chat-api')
  expect(() => requireAdministrator({ kind: 'service', service: 'worker' })).toThrow(
    expect.objectContaining({ code: 'not-permitted' }),
  )
})
