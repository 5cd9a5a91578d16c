import { testDatabase } from '@brainlyx/db/testing'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { createTestRedis } from '@brainlyx/testkit'
import { createParser } from 'eventsource-parser'
import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loosenTiersAt } from './cluster/loosen-tiers-at.ts'
import { Agent, request } from 'undici'

// How much later the first token comes through chat-api and the router than from the simulator called directly. Each
// round asks all three ways once, one after the other, so that whatever else the machine does falls on all alike.

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 200)
const WARM_UP = 300
const MODEL = 'gpt-5-mini'
const agent = new Agent({ keepAliveTimeout: 60_000 })
const root = fileURLToPath(new URL('../../', import.meta.url))

interface Way {
  readonly name: string
  readonly url: string
  readonly headers: Record<string, string>
  body(prompt: string): unknown
  /** The answer's text in one event, or undefined where it has none. */
  textOf(data: string): string | undefined
}

const releases: (() => unknown)[] = [() => agent.close()]
try {
  const ways = await startEverything()
  const times = new Map<string, number[]>(ways.map((way) => [way.name, []]))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const way of ways) {
      const elapsedMs = await timeToFirstToken(way)
      if (round >= 0) times.get(way.name)!.push(elapsedMs)
    }
  }
  report(times)
} finally {
  for (const release of releases.toReversed()) await release()
}

async function timeToFirstToken(way: Way): Promise<number> {
  const prompt = `Tell me about ${randomUUID()} [tokens:24]`
  let text = ''
  let firstAt: number | undefined
  const parser = createParser({
    onEvent: ({ data }) => {
      const part = way.textOf(data)
      if (part === undefined) return
      firstAt ??= performance.now()
      text += part
    },
  })
  const sentAt = performance.now()
  const response = await request(way.url, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...way.headers },
    body: JSON.stringify(way.body(prompt)),
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body)
    parser.feed(decoder.decode(bytes as Buffer, { stream: true }))
  if (text !== simulatedAnswer(prompt).text || firstAt === undefined) {
    throw new Error(
      `${way.name} answered ${response.statusCode} with something else: ${text.slice(0, 200)}`,
    )
  }
  return firstAt - sentAt
}

function report(times: ReadonlyMap<string, number[]>): void {
  const [direct, router, whole] = [...times.values()].map((values) =>
    values.toSorted((a, b) => a - b),
  )
  const median = (values: number[] = []): number =>
    values[Math.floor(values.length / 2)] ?? Number.NaN
  const p95 = (values: number[] = []): number =>
    values[Math.floor(values.length * 0.95)] ?? Number.NaN
  const row = (name: string, value: number, limit?: number) => ({
    name,
    value: Math.round(value * 100) / 100,
    unit: 'ms',
    goal: limit === undefined ? null : `<= ${limit}`,
    met: limit === undefined ? null : value <= limit,
  })
  const rows = [
    row('added to the first token by the whole path, median', median(whole) - median(direct), 10),
    row('added to the first token by the whole path, p95', p95(whole) - p95(direct)),
    row('added by the router alone, median', median(router) - median(direct)),
    row('simulator called directly, median', median(direct)),
    row('simulator called directly, p95', p95(direct)),
    row('whole path, median', median(whole)),
    row('whole path, p95', p95(whole)),
  ]
  console.table(rows.map(({ name, value, unit, goal, met }) => ({ name, value, unit, goal, met })))
  const result = {
    bench: 'first-token',
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
    rows,
  }
  mkdirSync(new URL('results/', import.meta.url), { recursive: true })
  writeFileSync(
    new URL('results/first-token.json', import.meta.url),
    `${JSON.stringify(result, null, 2)}\n`,
  )
}

/** The simulator, the router and chat-api, each its own process as in real life. */
async function startEverything(): Promise<Way[]> {
  const database = await testDatabase()
  releases.push(() => database.close())
  await loosenTiersAt(database.url)
  const redis = await createTestRedis()
  releases.push(() => redis.close())
  const chatApiKey = serviceKey('chat-api')
  const SERVICE_TOKEN_PUBLIC_JWKS = JSON.stringify({ keys: [chatApiKey.publicJwk] })
  const apiKey = randomBytes(16).toString('hex')
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(apiKey))).toString(
    'hex',
  )

  const simulatorUrl = await startService('packages/provider-simulator', {
    SIMULATOR_TOKENS_PER_SECOND: '0',
    SIMULATOR_TTFT_MS: '0',
  })
  const routerUrl = await startService('apps/provider-router', {
    SERVICE_TOKEN_PUBLIC_JWKS,
    ROUTER_CONFIG: `${root}apps/provider-router/router.yaml`,
    ROUTER_API_KEYS_SHA256: digest,
    SIMULATOR_URL: simulatorUrl,
  })
  const chatApiUrl = await startService('apps/chat-api', {
    SERVICE_TOKEN_PUBLIC_JWKS,
    SERVICE_TOKEN_PRIVATE_JWK: JSON.stringify(chatApiKey.privateJwk),
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    ROUTER_URL: routerUrl,
    PUBLIC_ORIGIN: 'http://localhost:3000',
    AUTH_SECRET: randomBytes(32).toString('hex'),
    PSEUDONYM_KEY: randomBytes(32).toString('hex'),
    STORAGE_DIRECTORY: join(tmpdir(), 'brainlyx-load-storage'),
  })
  const guest = await request(`${chatApiUrl}/api/v1/sign-in/guest`, { method: 'POST' })
  await guest.body.dump()
  const cookie = [guest.headers['set-cookie'] ?? []]
    .flat()
    .map((text) => text.split(';')[0])
    .join('; ')

  const openAi = {
    body: (prompt: string) => ({
      model: MODEL,
      stream: true,
      messages: [{ role: 'user', content: prompt }],
    }),
    textOf(data: string): string | undefined {
      if (data === '[DONE]') return undefined
      const chunk = JSON.parse(data) as { choices?: { delta?: { content?: string | null } }[] }
      return chunk.choices?.[0]?.delta?.content || undefined
    },
  }
  const authorization = `Bearer ${apiKey}`
  return [
    {
      name: 'direct',
      url: `${simulatorUrl}/v1/chat/completions`,
      headers: { authorization },
      ...openAi,
    },
    {
      name: 'router',
      url: `${routerUrl}/v1/chat/completions`,
      headers: { authorization },
      ...openAi,
    },
    {
      name: 'whole',
      url: `${chatApiUrl}/api/v1/turns`,
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body: (prompt) => ({ text: prompt, model: MODEL }),
      textOf(data) {
        const frame = JSON.parse(data) as { type: string; text?: string }
        return frame.type === 'text-delta' ? frame.text : undefined
      },
    },
  ]
}

async function startService(folder: string, environment: Record<string, string>): Promise<string> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const child = spawn(process.execPath, [`${root}${folder}/src/main.ts`], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      BRAINLYX_MODE: 'local',
      LOG_LEVEL: 'info',
      PORT: String(port),
      OPS_PORT: String(opsPort),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  releases.push(() => {
    child.kill('SIGTERM')
    return exited
  })
  while (!(await isReady(opsPort))) {
    if (child.exitCode !== null) throw new Error(`${folder} ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return `http://127.0.0.1:${port}`
}

async function isReady(opsPort: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${opsPort}/readyz`).then(
    (response) => response.ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function serviceKey(kid: string) {
  const pair = generateKeyPairSync('ed25519')
  return {
    privateJwk: { ...pair.privateKey.export({ format: 'jwk' }), kid },
    publicJwk: { ...pair.publicKey.export({ format: 'jwk' }), kid },
  }
}
