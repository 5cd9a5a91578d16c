import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { askRouter, explain, newPrompt } from '../http/ask-router.ts'
import type { RouterAnswer } from '../http/ask-router.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { startScriptedProvider } from '../http/scripted-provider.ts'
import type { ScriptedProvider } from '../http/scripted-provider.ts'
import { PHOTOGRAPHER, dataUrl, photograph } from './photograph.ts'

const YAML = `
retryBudget: { minimumPerSecond: 1000 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq] }
  scripted: { kind: openai, name: Scripted, baseUrl: '\${SCRIPTED}', keys: [any] }
deployments:
  - { id: tiles, provider: openai, model: gpt-4.1 }
  - { id: responses, provider: openai, model: gpt-5-mini, api: responses }
  - { id: claude, provider: anthropic, model: claude-haiku-4-5 }
  - { id: gemini, provider: gemini, model: gemini-2.5-flash }
  - { id: llama, provider: groq, model: meta-llama/llama-4-scout-17b-16e-instruct }
  - { id: scripted, provider: scripted, model: gpt-4o }
  - { id: unknown, provider: scripted, model: some-model, price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } }
models:
  falling: { name: Falling, deployments: [tiles, claude] }
  hedged: { name: Hedged, deployments: [tiles, claude], hedge: { afterMs: 50 } }
hedgeRatio: 1
`

let simulator: Simulator
let scripted: ScriptedProvider
let router: RouterUnderTest
const start = (yaml: string): Promise<RouterUnderTest> =>
  startRouterUnderTest({
    yaml,
    environment: { SIMULATOR: simulator.url, SCRIPTED: scripted.url },
  })
beforeAll(async () => {
  simulator = await startSimulator()
  scripted = await startScriptedProvider(() => ({
    id: 'one',
    model: 'any',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Seen.' }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }))
  router = await start(YAML)
})
beforeEach(() => {
  simulator.clear()
  scripted.requests.length = 0
})
afterAll(async () => {
  await router.close()
  await scripted.close()
  await simulator.close()
})

interface Asked {
  detail?: string
  stream?: boolean
  at?: RouterUnderTest
}

function ask(model: string, urls: readonly string[], { detail, stream, at }: Asked = {}) {
  const content = [
    { type: 'text', text: newPrompt('What is on these images?') },
    ...urls.map((url) => ({
      type: 'image_url',
      image_url: { url, ...(detail === undefined ? {} : { detail }) },
    })),
  ]
  return askRouter(at ?? router, {
    model,
    messages: [{ role: 'user', content }],
    headers: { 'x-brainlyx-style': 'raw', 'x-brainlyx-share': '0' },
    ...(stream === undefined ? {} : { stream }),
  })
}

/** What the provider says it has received: types and sizes. */
const received = ({ text }: RouterAnswer): string[] =>
  [...text.matchAll(/(image\/\w+), (\d+) × (\d+) pixels/g)].map(
    ([, type, width, height]) => `${type} ${width}×${height}`,
  )

/** The images that the scripted provider was sent. */
function sent(): Buffer[] {
  const [request] = scripted.requests as unknown as {
    messages: { content: { image_url?: { url: string } }[] }[]
  }[]
  return request!.messages[0]!.content.flatMap(({ image_url: image }) =>
    image === undefined ? [] : [Buffer.from(image.url.split(',')[1]!, 'base64')],
  )
}

test.each([
  ['tiles', '1152×768'],
  ['responses', '1536×1024'],
  ['claude', '1313×875'],
  ['gemini', '3072×2048'],
  ['llama', '3600×2400'],
])('%s gets a photograph at its own size, streamed and not', async (model, size) => {
  const image = dataUrl(await photograph({ width: 3600, height: 2400, signed: true }))
  for (const stream of [false, true]) {
    const answer = await ask(model, [image], { stream })
    expect(answer).toMatchObject({ status: 200, attempts: 1 })
    expect(received(answer)).toEqual([`image/jpeg ${size}`])
  }
})

test('an image of which little is wanted is sent small', async () => {
  const image = dataUrl(await photograph({ width: 3600, height: 2400 }))
  expect(received(await ask('tiles', [image], { detail: 'low' }))).toEqual(['image/jpeg 512×341'])
})

test('after a failure the next provider gets the original at its own size, not what was left of it', async () => {
  const image = dataUrl(await photograph({ width: 1400, height: 1400 }))
  expect(received(await ask('tiles', [image]))).toEqual(['image/jpeg 768×768'])
  simulator.setFault({ model: 'gpt-4.1', fault: '503' })
  const answer = await ask('falling', [image], { stream: true })
  expect(answer).toMatchObject({ status: 200, attempts: 2, deployment: 'claude' })
  expect(received(answer)).toEqual(['image/jpeg 1072×1072'])
})

test('two providers that are asked at once get each its own size', async () => {
  const image = dataUrl(await photograph({ width: 1400, height: 1400 }))
  simulator.setFault({ model: 'gpt-4.1', fault: 'hang' })
  const answer = await ask('hedged', [image], { stream: true })
  expect(answer).toMatchObject({ status: 200, attempts: 2, deployment: 'claude' })
  expect(received(answer)).toEqual(['image/jpeg 1072×1072'])
})

test('nothing of where and by whom a photograph was taken reaches a provider, known or not', async () => {
  const image = await photograph({ width: 600, height: 400, signed: true })
  expect(image.includes(PHOTOGRAPHER)).toBe(true)
  for (const model of ['scripted', 'unknown']) {
    scripted.requests.length = 0
    expect((await ask(model, [dataUrl(image)])).status).toBe(200)
    const [bytes] = sent()
    expect(bytes?.includes(PHOTOGRAPHER)).toBe(false)
    expect(bytes?.includes('Exif')).toBe(false)
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 600, height: 400, format: 'jpeg' })
  }
})

test('images for Groq share the 4 MB that a request of it may have', async () => {
  const image = dataUrl(await photograph({ width: 2000, height: 1500, noise: true }))
  expect(image.length * 3).toBeGreaterThan(4_000_000)
  const answer = await ask('llama', [image, image, image])
  const bytes = [...answer.text.matchAll(/pixels, (\d+) bytes/g)].map(([, count]) => Number(count))
  expect(bytes).toHaveLength(3)
  expect(((bytes[0]! + bytes[1]! + bytes[2]!) * 4) / 3).toBeLessThan(4_000_000)
})

test('an address is passed on as it is: the router fetches nothing', async () => {
  const url = 'https://images.example/lighthouse.jpg'
  expect((await ask('scripted', [url])).status).toBe(200)
  expect(JSON.stringify(scripted.requests)).toContain(`{"url":"${url}"}`)
})

test('an image that is good already is passed on to the byte', async () => {
  const image = await photograph({ width: 300, height: 200, format: 'png' })
  await ask('scripted', [dataUrl(image, 'image/png')])
  expect(sent()[0]?.equals(image)).toBe(true)
})

test.each([true, false])(
  'an image that nobody can use is refused with its place, before anybody is called (streamed: %s)',
  async (stream) => {
    const good = dataUrl(await photograph({ width: 30, height: 20 }))
    const bad = dataUrl(Buffer.from('this is no image'), 'image/png')
    const answer = await ask('tiles', [good, bad, bad], { stream })
    expect(answer).toMatchObject({
      status: 400,
      error: { code: 'invalid-request', param: 'messages.0.content.2.image_url.url' },
    })
    expect(answer.error?.message).toContain('is not an image that can be read')
    expect(answer.headers.get('x-should-retry')).toBe('false')
    expect(simulator.attempts()).toEqual([])
    const { attempts, outcome } = await explain(router, answer)
    expect(attempts).toEqual([])
    expect(outcome).toEqual({ type: 'failed', code: 'invalid-request' })
  },
)

test('a small file that would fill the memory is refused', async () => {
  const bomb = await photograph({ width: 9_000, height: 9_000, format: 'png' })
  const answer = await ask('claude', [dataUrl(bomb, 'image/png')])
  expect(answer).toMatchObject({ status: 400, error: { code: 'invalid-request' } })
  expect(answer.error?.message).toContain('has 9000 × 9000 pixels')
  expect(simulator.attempts()).toEqual([])
})

test('where it is switched off images go out as they came', async () => {
  const off = await start(`${YAML}fitImages: false`)
  try {
    const image = await photograph({ width: 3000, height: 2000, signed: true })
    await ask('scripted', [dataUrl(image)], { at: off })
    expect(sent()[0]?.equals(image)).toBe(true)
  } finally {
    await off.close()
  }
})
