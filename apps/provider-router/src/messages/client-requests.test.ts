// What programs that speak Anthropic's API sent by themselves, as they sent it, with long texts cut.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { startScriptedProvider } from '../http/scripted-provider.ts'
import type { ScriptedProvider } from '../http/scripted-provider.ts'

interface ClientRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

const FOLDER = new URL('../../test/client-requests/', import.meta.url)
const CLIENTS = readdirSync(FOLDER).map((file) => file.replace('.json', ''))
const requestOf = (client: string): ClientRequest =>
  JSON.parse(readFileSync(new URL(`${client}.json`, FOLDER), 'utf8')) as ClientRequest

let simulator: Simulator
let claude: ScriptedProvider
let router: RouterUnderTest
let written = 500
beforeAll(async () => {
  simulator = await startSimulator()
  claude = await startScriptedProvider(() => ({
    type: 'message',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 10,
      output_tokens: 5,
      cache_creation_input_tokens: written,
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 300 },
    },
  }))
  const price = '{ inputUsdPerMillion: 1, outputUsdPerMillion: 4 }'
  const yaml = EVERY_PROVIDER.replace(
    'deployments:\n',
    `  scripted: { kind: anthropic, name: Scripted, baseUrl: '${claude.url}', keys: [key] }
deployments:
  - { id: scripted/opus, provider: scripted, model: claude-opus-4-8 }
  - { id: scripted/haiku, provider: scripted, model: claude-haiku-4-5 }
  - { id: scripted/other, provider: scripted, model: kimi, price: ${price} }
`,
  )
  router = await startRouterUnderTest({ yaml, environment: { SIMULATOR: simulator.url } })
})
afterAll(async () => {
  await router.close()
  await simulator.close()
  await claude.close()
})

const send = ({ path, headers, body }: ClientRequest, model: string): Promise<Response> =>
  fetch(`${router.url}${path}`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      'x-api-key': `${router.client.apiKey}`,
    },
    body: JSON.stringify({ ...body, model }),
  })

test('what LangChain has kept for an hour is kept so, told and paid', async () => {
  const response = await send(requestOf('langchain'), 'scripted/haiku')
  expect(claude.requests.at(-1)).toHaveProperty('cache_control', { type: 'ephemeral', ttl: '1h' })
  expect(await response.json()).toMatchObject({
    usage: {
      input_tokens: 10,
      cache_creation_input_tokens: 500,
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 300 },
    },
  })
  // A million tokens cost 1 USD, and written 1.25 or 2, and 5 of the answer.
  const cost = 10 * 1_000_000 + 200 * 1_250_000 + 300 * 2_000_000 + 5 * 5_000_000
  expect(response.headers.get('x-brainlyx-cost-pico-usd')).toBe(String(cost))
})

test('no more is paid for an hour than was written, whatever a server says', async () => {
  written = 100
  try {
    const response = await send(requestOf('langchain'), 'scripted/haiku')
    const cost = 10 * 1_000_000 + 100 * 2_000_000 + 5 * 5_000_000
    expect(response.headers.get('x-brainlyx-cost-pico-usd')).toBe(String(cost))
    const told = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 100 }
    expect(await response.json()).toMatchObject({ usage: { cache_creation: told } })
  } finally {
    written = 500
  }
})

/** What Claude is sent of it. */
async function sentOn(client: string, model: string): Promise<Record<string, unknown>> {
  const request = requestOf(client)
  await send({ ...request, body: { ...request.body, stream: false } }, model)
  return claude.requests.at(-1)!
}

test.each(CLIENTS.flatMap((client) => EVERYWHERE.map((model) => [client, model] as const)))(
  '%s is answered by %s',
  async (client, model) => {
    const request = requestOf(client)
    const response = await send(request, model)
    const text = await response.text()
    expect(response.status, text).toBe(200)
    expect(text).toContain(request.body['stream'] === true ? 'event: message_stop' : 'stop_reason')
    const counted = await send({ ...request, path: '/v1/messages/count_tokens?beta=true' }, model)
    expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) })
  },
)

test('Claude hears Claude Code as it spoke', async () => {
  const { body } = requestOf('claude-code')
  const [, ...system] = body['system'] as object[]
  const messages = (body['messages'] as { role: string; content: unknown }[]).map((message) =>
    message.role === 'system'
      ? { ...message, content: [{ type: 'text', text: message.content }] }
      : message,
  )
  expect(await sentOn('claude-code', 'scripted/opus')).toMatchObject({
    system,
    messages,
    tools: body['tools'],
  })
})

test('a prompt in the middle stays there, said by the person to who takes none', async () => {
  const [, { content }] = requestOf('claude-code').body['messages'] as [
    unknown,
    { content: string },
  ]
  for (const model of ['scripted/haiku', 'scripted/other']) {
    const sent = await sentOn('claude-code', model)
    expect(JSON.stringify(sent['system'])).not.toContain('# Environment')
    expect(sent['messages']).toMatchObject([
      { role: 'user', content: [{}, {}, { text: `<system>\n${content}\n</system>` }] },
      { role: 'assistant' },
      { role: 'user', content: [{ content: 'The tool WebFetch can be called now.\n' }] },
      { role: 'assistant' },
      { role: 'user', content: [{ type: 'tool_result', is_error: true }] },
    ])
    expect(JSON.stringify(sent['tools'])).not.toContain('defer_loading')
  }
})
