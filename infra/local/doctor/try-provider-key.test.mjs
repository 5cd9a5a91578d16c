import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { inRepository } from '../paths.mjs'
import { PROBE_MODELS, tryProviderKey } from './try-provider-key.mjs'

/** @type {import('node:http').Server | undefined} */
let server
afterEach(() => server?.close())

/**
 * A provider that answers everything alike.
 * @param {number} status
 * @param {object} body
 */
async function provider(status, body) {
  /** @type {{ path: string, headers: import('node:http').IncomingHttpHeaders, body: string }[]} */
  const calls = []
  const started = createServer((request, response) => {
    const call = { path: request.url ?? '', headers: request.headers, body: '' }
    calls.push(call)
    request.on('data', (bytes) => {
      call.body += String(bytes)
    })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server = started
  await new Promise((resolve) => started.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (started.address())
  const url = `http://127.0.0.1:${port}`
  const environment = {
    OPENAI_BASE_URL: `${url}/v1`,
    ANTHROPIC_BASE_URL: url,
    GEMINI_BASE_URL: `${url}/`,
    GROQ_BASE_URL: url,
  }
  return {
    calls,
    ask: (/** @type {string} */ name) =>
      tryProviderKey({ provider: name, key: 'the-key', from: 'test' }, environment),
  }
}

test('each provider is asked for one token, in its own way, with the key in a header', async () => {
  const { ask, calls } = await provider(200, {})
  for (const name of Object.keys(PROBE_MODELS)) {
    expect(await ask(name)).toEqual({ ok: true, says: 'answers' })
  }
  expect(calls.map(({ path }) => path)).toEqual([
    '/v1/chat/completions',
    '/v1/messages',
    `/v1beta/models/${PROBE_MODELS.gemini}:generateContent`,
    '/openai/v1/chat/completions',
  ])
  for (const { path, headers, body } of calls) {
    expect(path).not.toContain('the-key')
    expect(JSON.stringify(headers)).toContain('the-key')
    expect(body).toMatch(/"(max_completion_tokens|max_tokens|maxOutputTokens)":1\b/)
  }
})

test('a refused key, an empty account and a failing provider are told apart, in our own words', async () => {
  const secret = 'Incorrect API key provided: sk-12***89, org-acme'
  const cases = /** @type {const} */ ([
    [401, { error: { message: secret } }, false, 'refuses the key (401)'],
    [
      400,
      { error: { status: 'API_KEY_INVALID', message: secret } },
      false,
      'refuses the key (400)',
    ],
    [429, { error: { code: 'insufficient_quota', message: secret } }, false, 'no quota or credit'],
    [429, { error: { message: secret } }, true, 'rate limit'],
    [503, { error: { message: secret } }, false, 'status 503'],
  ])
  for (const [status, body, ok, says] of cases) {
    const verdict = await (await provider(status, body)).ask('openai')
    expect(verdict).toMatchObject({ ok, says: expect.stringContaining(says) })
    expect(verdict.says).not.toContain('acme')
    server?.close()
  }
})

test('a provider that is not there is a finding, not a crash', async () => {
  const environment = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }
  const key = { provider: 'openai', key: 'x', from: 'test' }
  expect(await tryProviderKey(key, environment)).toMatchObject({ ok: false })
})

test('the models asked are ones that the router’s configuration offers', () => {
  const configuration = readFileSync(inRepository('apps', 'provider-router', 'router.yaml'), 'utf8')
  for (const model of Object.values(PROBE_MODELS))
    expect(configuration).toMatch(new RegExp(`model: ${model}\\b`))
})
