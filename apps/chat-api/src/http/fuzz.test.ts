import { Problem } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import fc from 'fast-check'
import { Agent } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { arrangeInstallation } from '../../test/installation.ts'
import { fuzzedRequest } from '../../test/fuzz/fuzzed-request.ts'
import type { FuzzedRequest } from '../../test/fuzz/fuzzed-request.ts'
import { matrixRoutes } from '../../test/route-matrix/entries.ts'
import { newOwner } from '../../test/route-matrix/owners.ts'
import { makeValues } from '../../test/route-matrix/path-values.ts'
import type { MatrixRoute, Owner } from '../../test/route-matrix/route-entry.ts'

// Whatever is sent to whatever route: an answer below 500, in the shape that errors have, from a process that lives.

/** Of all routes together. `pnpm fuzz` sends more. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 600)
const seed = process.env['FUZZ_SEED']

const installation = await arrangeInstallation()
installation.simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
const api = await installation.startReplica({ checkAnswers: false })
const world = { installation, api }
/** An answer that does not come is a fault as well. */
const agent = new Agent({ connections: 4, headersTimeout: 20_000, bodyTimeout: 20_000 })
afterAll(async () => {
  await agent.close()
  await installation.close()
})

/** Somebody for each standing: made anew once nothing is left of them. */
const senders = new Map<string, { owner: Owner; ids: Readonly<Record<string, string>> }>()
async function senderFor(route: MatrixRoute) {
  const standing = route.access === 'admin' ? 'admin' : 'guest'
  const known = senders.get(standing)
  if (known !== undefined) return { standing, ...known }
  const owner = await newOwner(standing, world)
  const { params = {} } = await makeValues(['chatId', 'turnId'], owner)
  senders.set(standing, { owner, ids: params })
  return { standing, owner, ids: params }
}

let sent = 0

async function send(route: MatrixRoute, { path, headers, body }: FuzzedRequest): Promise<void> {
  const { owner, standing } = await senderFor(route)
  sent++
  const {
    statusCode,
    body: answer,
    headers: said,
  } = await agent.request({
    origin: api.url,
    path,
    method: route.method,
    headers: {
      ...headers,
      cookie: [...owner.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      'sec-fetch-site': 'same-origin',
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  expect(statusCode, text.slice(0, 500)).toBeLessThan(500)
  if (statusCode === 401) senders.delete(standing)
  // Of headers that are too long Node reads no more, and answers without a body.
  if (statusCode < 400 || statusCode === 431) return
  const problem = Problem.parse(JSON.parse(text))
  expect(problem).toMatchObject({ status: statusCode, traceId: said['x-trace-id'] })
}

test.each(matrixRoutes)(
  '%s answers whatever it is sent',
  async (_name, route) => {
    const { ids } = await senderFor(route)
    const requests = fuzzedRequest(route, (name) => ids[name] ?? newId())
    await fc.assert(
      fc.asyncProperty(requests, (request) => send(route, request)),
      {
        numRuns: Math.ceil(CASES / matrixRoutes.length),
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      },
    )
  },
  60_000 + CASES * 50,
)

test('so many were sent, and the next one is served as ever', async () => {
  expect(sent).toBeGreaterThanOrEqual(CASES)
  const owner = await newOwner('guest', world)
  expect((await owner.browser.get('/api/v1/chats')).status).toBe(200)
  expect((await api.readiness()).ready).toBe(true)
})
