import { startSimulator } from '@brainlyx/provider-simulator'
import { expect, test } from 'vitest'
import { askRouter, newPrompt } from '../http/ask-router.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'

// This file must not load sharp by itself, nor anything that does.
const YAML = `
providers: { openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [any] } }
deployments: [{ id: one, provider: openai, model: gpt-4.1 }]
`
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The libraries in this process. */
function isLoaded(): boolean {
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] }
  return sharedObjects.some((path) => path.includes('libvips'))
}

test('the library for images is read when the first image comes, and not for text or addresses', async () => {
  const simulator = await startSimulator()
  const environment = { SIMULATOR: simulator.url }
  const router = await startRouterUnderTest({ yaml: YAML, environment })
  const ask = (url: string) => {
    const content = [
      { type: 'text', text: newPrompt() },
      { type: 'image_url', image_url: { url } },
    ]
    return askRouter(router, { model: 'one', messages: [{ role: 'user', content }] })
  }
  try {
    expect((await askRouter(router, { model: 'one', prompt: newPrompt() })).status).toBe(200)
    expect((await ask('https://images.example/one.png')).status).toBe(200)
    expect(isLoaded()).toBe(false)
    expect((await ask(`data:image/png;base64,${PIXEL}`)).status).toBe(200)
    expect(isLoaded()).toBe(true)
  } finally {
    await router.close()
    await simulator.close()
  }
})
