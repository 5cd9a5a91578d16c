import { newId } from '@brainlyx/db'
import { liveRoutes } from '@brainlyx/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../../test/expect-problem.ts'
import { arrangeInstallation } from '../../test/installation.ts'
import { matrixRoutes } from '../../test/route-matrix/entries.ts'
import { keyRoutes } from '../../test/route-matrix/key-routes.ts'
import { forgedTokens } from '../../test/route-matrix/forged-tokens.ts'
import { newOwner } from '../../test/route-matrix/owners.ts'
import { makeValues } from '../../test/route-matrix/path-values.ts'
import { fallenOf, refusalsOf, strangersOf } from '../../test/route-matrix/refusals.ts'
import type { Scene } from '../../test/route-matrix/refusals.ts'
import type { MatrixRoute } from '../../test/route-matrix/route-entry.ts'

// Every route × everyone who must not pass, each with its twin: the owner, who passes.

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()
const world = { installation, api }
const [guest, member, admin] = await Promise.all([
  newOwner('guest', world),
  newOwner('member', world),
  newOwner('admin', world),
])

test('the matrix knows every route that the app answers, and no other', () => {
  const all = [...matrixRoutes.map(([, route]) => route), ...keyRoutes]
  const known = all.map(({ method, path }) => `${method} ${path}`)
  expect(known.toSorted()).toEqual(liveRoutes(api.app))
})

describe.each(matrixRoutes)('%s', (_name, route) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await arrange(route)
  })

  test.for(refusalsOf(route))('$who is turned away', async ({ send, status, code }) => {
    const problem = await expectProblem(await send(scene), status)
    expect(problem.code).toBe(code ?? problem.code)
  })

  test.for(strangersOf(route))(
    '$who gets for the owner’s ids what ids of nobody get',
    async ({ send, status }) => {
      const theirs = await expectProblem(await send(scene), status)
      const nobodys = await expectProblem(await send(scene, { idsOfNobody: true }), status)
      expect({ ...theirs, traceId: '' }).toEqual({ ...nobodys, traceId: '' })
    },
  )

  test('the owner passes', async () => {
    const response = await scene.send(scene.owner.browser)
    expect(response.status, response.ok ? '' : await response.text()).toBe(
      route.passes ?? route.status,
    )
    if (!response.bodyUsed) await response.body?.cancel()
  })

  test.for(fallenOf(route))('$who is turned away', async ({ send, status }) => {
    await expectProblem(await send(scene), status)
  })
})

test('after everything that a stranger tries, the owner finds all as it was', async () => {
  const { browser, ...owner } = await newOwner('guest', world)
  const { params } = await makeValues(['chatId', 'turnId'], { browser, ...owner })
  const { chatId = '', turnId = '' } = params ?? {}
  const seen = async (): Promise<unknown[]> => [
    await browser.json(`/api/v1/chats/${chatId}`),
    await browser.json(`/api/v1/chats/${chatId}/messages`),
    await browser.json(`/api/v1/turns/${turnId}`),
  ]
  const before = await seen()
  const aimed = matrixRoutes.filter(([, { path }]) => /:(chatId|turnId)/.test(path))
  for (const [, { path, method, body }] of aimed) {
    const response = await member.browser.fetch(
      path.replace(':chatId', chatId).replace(':turnId', turnId).replaceAll(/:\w+/g, newId()),
      { method, ...(body === undefined ? {} : { json: body }) },
    )
    expect(response.ok).toBe(false)
  }
  expect(await seen()).toEqual(before)
})

async function arrange(route: MatrixRoute): Promise<Scene> {
  const owner = await newOwner(route.owner ?? (route.access === 'admin' ? 'admin' : 'guest'), world)
  const tokens = await forgedTokens(owner)
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  const values = (await route.arrange?.(owner)) ?? (await makeValues(names, owner))
  const body = values.body ?? route.body
  return {
    owner,
    anonymous: () => api.browser(),
    others: { guest, member, admin },
    tokens,
    serviceToken: await installation.webToken(),
    send(browser, { token, headers, idsOfNobody = false } = {}) {
      const valueOf = (name: string): string => (idsOfNobody ? newId() : values.params![name]!)
      const path = route.path.replaceAll(/:(\w+)/g, (_match, name: string) => valueOf(name))
      return browser.fetch(path + (values.query ?? ''), {
        method: route.method,
        ...(body === undefined ? {} : { json: body }),
        ...(route.upload === undefined ? {} : { body: route.upload.bytes }),
        headers: {
          ...(route.upload === undefined ? {} : { 'content-type': route.upload.type }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
      })
    },
  }
}
