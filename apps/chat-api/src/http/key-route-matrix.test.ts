import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKey } from '../../test/api-key.ts'
import { Browser } from '../../test/browser.ts'
import { arrangeInstallation } from '../../test/installation.ts'
import { matrixRoutes } from '../../test/route-matrix/entries.ts'
import { forgedTokens } from '../../test/route-matrix/forged-tokens.ts'
import { keyRoutes } from '../../test/route-matrix/key-routes.ts'
import type { KeyRoute } from '../../test/route-matrix/key-routes.ts'
import { newOwner } from '../../test/route-matrix/owners.ts'
import { makeValues } from '../../test/route-matrix/path-values.ts'
import type { Owner } from '../../test/route-matrix/route-entry.ts'

// What a key opens × everything that is no key, and what a key must not open × a key. Each with its twin that passes.

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()
const world = { installation, api }

const ask = ({ method, asked, body }: KeyRoute, headers: Record<string, string>) =>
  fetch(`${api.url}${asked}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

describe.each(keyRoutes)('$method $path', (route) => {
  let owner: Owner
  let secret: string
  beforeAll(async () => {
    owner = await newOwner('admin', world)
    secret = (await makeKey(owner.browser)).secret
  })

  const refusals: Record<string, () => Promise<Record<string, string>>> = {
    nothing: async () => ({}),
    'the owner’s cookies': async () => ({
      cookie: [...owner.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      'sec-fetch-site': 'same-origin',
    }),
    'the owner’s access token': async () => bearer((await forgedTokens(owner)).right),
    'a token that has expired': async () => bearer((await forgedTokens(owner)).expired),
    'a service’s token': async () => bearer(await installation.webToken()),
    'a key that was revoked': async () => {
      const made = await makeKey(owner.browser)
      await owner.browser.fetch(`/api/v1/api-keys/${made.key.id}`, { method: 'DELETE' })
      return bearer(made.secret)
    },
  }
  test.each(Object.entries(refusals))('%s does not open it', async (_what, headers) => {
    const response = await ask(route, await headers())
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'authentication_error' } })
  })

  test('a key does', async () => {
    const response = await ask(route, bearer(secret))
    expect(response.status).toBe(route.passes ?? 200)
    await response.text()
  })
})

test('a key of an administrator opens no other route of the app, and changes nothing', async () => {
  const owner = await newOwner('admin', world)
  const { secret } = await makeKey(owner.browser)
  for (const [name, route] of matrixRoutes) {
    if (route.looksAtNobody === true) continue
    const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
    const values = (await route.arrange?.(owner)) ?? (await makeValues(names, owner))
    const path = route.path.replaceAll(/:(\w+)/g, (_match, of: string) => values.params![of]!)
    const body = values.body ?? route.body
    const response = await new Browser(api.url).fetch(path + (values.query ?? ''), {
      method: route.method,
      headers: bearer(secret),
      ...(body === undefined ? {} : { json: body }),
    })
    expect(response.status, name).toBe(401)
    expect(await response.json(), name).toMatchObject({ code: 'invalid-access-token' })
  }
})
