import type { Me, ModelPage, ProviderSettingList } from '@brainlyx/chat-contract'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { afterAll, expect, test } from 'vitest'
import { textOf } from '../../test/browser.ts'
import { arrangeInstallation, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()
const admin = api.browser()
await signUp(admin)

const KEY = 'sk-proj-0123456789-CANARY-wxyz'
const openAi = (list: ProviderSettingList) =>
  list.providers.find((provider) => provider.id === 'openai')
const isSimulated = async () => (await admin.json<Me>('/api/v1/me')).installation.simulated

test('without a key everything is simulated, and says so', async () => {
  const list = await admin.json<ProviderSettingList>('/api/v1/admin/providers')
  expect(list.editable).toBe(true)
  expect(list.providers.map((provider) => provider.id).toSorted()).toEqual([
    'anthropic',
    'gemini',
    'groq',
    'openai',
  ])
  expect(openAi(list)).toMatchObject({ keySource: 'simulator', keyHint: null })
  expect(await isSimulated()).toBe(true)
  const { models } = await admin.json<ModelPage>('/api/v1/models')
  expect(models.find((model) => model.id === 'auto')).toMatchObject({
    kind: 'virtual',
    provider: null,
  })
})

test('a key that the provider refuses is not kept, and never comes back', async () => {
  const response = await admin.fetch('/api/v1/admin/providers/openai/key', {
    method: 'PUT',
    json: { key: 'sk-bad-key-CANARY' },
  })
  expect(response.status).toBe(422)
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject({ code: 'provider-key-rejected', retryable: false })
  expect(text).not.toContain('CANARY')
  expect(await isSimulated()).toBe(true)
})

test('a good key is used at once, shown by its end only, and forgotten when asked', async () => {
  const set = await admin.fetch('/api/v1/admin/providers/openai/key', {
    method: 'PUT',
    json: { key: KEY },
  })
  const text = await set.text()
  expect(set.status).toBe(200)
  expect(text).not.toContain('CANARY')
  expect(openAi(JSON.parse(text) as ProviderSettingList)).toMatchObject({
    keySource: 'settings',
    keyHint: 'wxyz',
  })
  expect(await isSimulated()).toBe(false)
  const prompt = 'Who pays for this answer?'
  const frames = await admin.turn('/api/v1/turns', { text: prompt, model: 'openai/gpt-4.1' })
  expect(textOf(frames)).toBe(simulatedAnswer(prompt).text)
  expect(installation.simulator.attempts({ prompt })).toMatchObject([
    { keyHint: expect.stringMatching(/wxyz$/) },
  ])

  const removed = await admin.fetch('/api/v1/admin/providers/openai/key', { method: 'DELETE' })
  expect(removed.status).toBe(200)
  expect(await isSimulated()).toBe(true)
})

test('an unknown provider is not there', async () => {
  const response = await admin.fetch('/api/v1/admin/providers/nobody/key', {
    method: 'PUT',
    json: { key: KEY },
  })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: 'provider-not-found' })
})
