import { startSimulator } from '@brainlyx/provider-simulator'
import { createServiceTokenSigner } from '@brainlyx/service-kit'
import {
  hostileRequests,
  liveRoutes,
  missingSecurityHeaders,
  sendRaw,
  statusesIn,
} from '@brainlyx/testkit'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { startRouterUnderTest } from './router-under-test.ts'

// Every route × every caller that must not pass, each with its twins, who pass.

const simulator = await startSimulator()
const router = await startRouterUnderTest({
  yaml: readFileSync(new URL('../../router.yaml', import.meta.url), 'utf8'),
  simulatorUrl: simulator.url,
})
afterAll(async () => {
  await router.close()
  await simulator.close()
})

interface Entry {
  /** Whom the route is for. */
  readonly access: 'callers' | 'administrators'
  readonly path?: string
  readonly body?: object
  /** What who passes gets. Default: 200. */
  readonly passes?: number
}

const hello = { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] }
const entries: Readonly<Record<string, Entry>> = {
  'POST /v1/chat/completions': { access: 'callers', body: hello },
  'POST /v1/responses': { access: 'callers', body: { model: 'auto', input: 'Hello' } },
  'GET /v1/responses/:id': { access: 'callers', path: '/v1/responses/resp_1', passes: 404 },
  'DELETE /v1/responses/:id': { access: 'callers', path: '/v1/responses/resp_1', passes: 404 },
  'GET /v1/responses/:id/input_items': {
    access: 'callers',
    path: '/v1/responses/resp_1/input_items',
    passes: 404,
  },
  'POST /v1/messages': {
    access: 'callers',
    body: { ...hello, max_tokens: 100 },
  },
  'POST /v1/messages/count_tokens': { access: 'callers', body: hello },
  'POST /v1/embeddings': {
    access: 'callers',
    body: { model: 'openai/text-embedding-3-small', input: 'a' },
  },
  'GET /v1/models': { access: 'callers' },
  'GET /v1/models/*id': { access: 'callers', path: '/v1/models/auto' },
  'GET /admin/providers': { access: 'administrators' },
  // Where there is no file to keep keys in, nobody sets one.
  'PUT /admin/providers/:id/key': {
    access: 'administrators',
    path: '/admin/providers/openai/key',
    body: { key: 'sk-0123456789' },
    passes: 409,
  },
  'DELETE /admin/providers/:id/key': {
    access: 'administrators',
    path: '/admin/providers/openai/key',
    passes: 409,
  },
  'GET /admin/decisions/:id': { access: 'administrators', path: '/admin/decisions/x', passes: 404 },
  'GET /admin/deployments': { access: 'administrators' },
  'PUT /admin/deployments/*id': {
    access: 'administrators',
    path: '/admin/deployments/nowhere',
    body: { state: 'active' },
    passes: 404,
  },
}

test('the matrix knows every route that the app answers, and no other', () => {
  expect(Object.keys(entries).toSorted()).toEqual(liveRoutes(router.app))
})

const bearer = (token: string): string => `Bearer ${token}`

async function tokenOfStranger(): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { crv, d, x } = privateKey.export({ format: 'jwk' })
  const privateJwk = { kty: 'OKP', crv: crv!, d: d!, x: x!, kid: 'chat-api' }
  return bearer(await createServiceTokenSigner({ privateJwk }).sign('provider-router'))
}

const unknown: [string, string | undefined][] = [
  ['nobody', undefined],
  ['another scheme', 'Basic YTpi'],
  ['a wrong key', 'Bearer wrong'],
  ['what looks like a token', 'Bearer a.b.c'],
  ['a token for another service', await router.serviceToken('chat-api', 'chat-api')],
  ['a token that has expired', await router.expiredToken('chat-api')],
  ['a token signed by a stranger', await tokenOfStranger()],
]
const callers: [string, string][] = [
  ['a key', bearer(router.client.apiKey ?? '')],
  ['the worker', await router.serviceToken('worker')],
]
const administrators: [string, string][] = [['chat-api', await router.serviceToken('chat-api')]]

describe.each(Object.entries(entries))('%s', (route, { access, path, body, passes }) => {
  const [method = '', pattern = ''] = route.split(' ')
  const send = (authorization: string | undefined): Promise<Response> =>
    fetch(`${router.url}${path ?? pattern}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  test.each(unknown)('%s is not let in', async (_who, authorization) => {
    const response = await send(authorization)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'authentication_error' } })
    expect(missingSecurityHeaders(response)).toEqual([])
  })

  const [passing, refused] =
    access === 'callers' ? [[...callers, ...administrators], []] : [administrators, callers]

  test.for(refused)('%s is turned away', async ([, authorization]) => {
    expect((await send(authorization)).status).toBe(403)
  })

  test.for(passing)('%s passes', async ([, authorization]) => {
    const response = await send(authorization)
    expect(response.status, await response.text()).toBe(passes ?? 200)
    expect(missingSecurityHeaders(response)).toEqual([])
  })
})

test.for(
  hostileRequests({
    path: '/v1/models',
    headers: { authorization: bearer(router.client.apiKey ?? '') },
  }),
)('$name is $expect', async ({ raw, expect: expected }) => {
  const answer = await sendRaw(router.url, raw)
  for (const status of statusesIn(answer)) {
    expect(status, answer.slice(0, 300)).toBeLessThan(500)
    expect(status >= 400 || expected === 'harmless', answer.slice(0, 300)).toBe(true)
  }
  expect(answer).not.toContain('evil.example')
})
