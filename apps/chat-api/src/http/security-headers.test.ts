import { missingSecurityHeaders } from '@brainlyx/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { arrangeInstallation, guest } from '../../test/installation.ts'
import { matrixRoutes } from '../../test/route-matrix/entries.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()
const secure = await installation.startReplica({ publicOrigin: 'https://chat.example.test' })
const owner = await guest(api)

describe.each(matrixRoutes)('%s', (_name, { method, path }) => {
  const target = path.replaceAll(/:\w+/g, '0198c0de-0000-7000-8000-000000000000')

  test.each([
    ['as it is', method, undefined, 'application/json'],
    ['with half a document', method, '{"a":', 'application/json'],
    ['with too large a body', method, 'x'.repeat(2_200_000), 'application/json'],
    ['with a picture', method, 'GIF89a', 'image/gif'],
    ['by a method that it has not', 'PURGE', undefined, 'application/json'],
    ['by OPTIONS', 'OPTIONS', undefined, 'application/json'],
    ['by HEAD', 'HEAD', undefined, 'application/json'],
  ])('%s: the answer has its security headers', async (_what, asked, body, type) => {
    const response = await owner.fetch(target, {
      method: asked,
      ...(body === undefined || asked === 'GET' ? {} : { body }),
      headers: { 'content-type': type },
    })
    await response.body?.cancel()
    expect(missingSecurityHeaders(response)).toEqual([])
  })
})

test.each([
  ['an unknown path', () => owner.get('/nowhere')],
  ['an unknown path of the OpenAI API', () => owner.get('/v1/nowhere')],
  ['a page of another site', () => owner.post('/api/v1/turns', {}, { 'sec-fetch-site': 'none' })],
  [
    'a stream',
    () => owner.post('/api/v1/turns', { text: 'Hello' }, { accept: 'text/event-stream' }),
  ],
  [
    'a redirect',
    () =>
      owner.fetch('/api/v1/turns', {
        method: 'POST',
        body: new URLSearchParams({ text: 'Hello' }),
        headers: { accept: 'text/html' },
      }),
  ],
])('%s has them', async (_what, send) => {
  const response = await send()
  await response.body?.cancel()
  expect(missingSecurityHeaders(response)).toEqual([])
})

test('over https browsers are told to stay there, and over http nothing of the kind', async () => {
  const over = (url: string) => fetch(`${url}/api/v1/me`)
  expect((await over(secure.url)).headers.get('strict-transport-security')).toMatch(
    /^max-age=31536000$/,
  )
  expect((await over(api.url)).headers.has('strict-transport-security')).toBe(false)
})
