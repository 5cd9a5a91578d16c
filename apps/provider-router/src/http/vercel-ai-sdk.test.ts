// What the Vercel AI SDK does with either API: by default it asks for responses.
import { createOpenAI } from '@ai-sdk/openai'
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { APICallError, Output, generateText, isStepCount, streamText, tool } from 'ai'
import type { LanguageModel } from 'ai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { newPrompt } from './ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from './every-provider.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const CELLS = EVERYWHERE.flatMap((id) => [['responses', id] as const, ['chat', id] as const])
type Api = (typeof CELLS)[number][0]

let simulator: Simulator
let router: RouterUnderTest
let openai: ReturnType<typeof createOpenAI>
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({
    yaml: EVERY_PROVIDER,
    environment: { SIMULATOR: simulator.url },
  })
  openai = createOpenAI({ baseURL: `${router.url}/v1`, apiKey: router.client.apiKey! })
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await router.close()
  await simulator.close()
})

const modelOf = (api: Api, id: string): LanguageModel => openai[api](id)
const SEEN = 'a heron, number 4711'
const tools = {
  look_outside: tool({
    description: 'Looks outside.',
    inputSchema: z.object({ at: z.string() }),
    execute: () => SEEN,
  }),
}

test.each(CELLS)('%s of %s go through its loop of tools', async (api, id) => {
  const asked = {
    model: modelOf(api, id),
    prompt: newPrompt('Use the tool look_outside. Think why.'),
    tools,
    stopWhen: isStepCount(3),
    maxRetries: 0,
  }
  const whole = await generateText(asked)
  expect(whole.text).toContain(SEEN)
  expect(whole.steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop'])
  const streamed = streamText(asked)
  expect(await streamed.text).toContain(SEEN)
  const usage = await streamed.totalUsage
  expect(usage.outputTokens).toBeGreaterThan(0)
})

test.each(CELLS)('%s of %s make an object by a schema, whole and in parts', async (api, id) => {
  const schema = z.object({ name: z.string(), people: z.number() })
  const asked = {
    model: modelOf(api, id),
    prompt: newPrompt('A city.'),
    output: Output.object({ schema }),
    maxRetries: 0,
  }
  const { output } = await generateText(asked)
  expect(schema.safeParse(output).success).toBe(true)
  expect(schema.safeParse(await streamText(asked).output).success).toBe(true)
})

test.each(CELLS)('%s of %s go on with a conversation', async (api, id) => {
  const asked = {
    model: modelOf(api, id),
    maxRetries: 0,
    // Without Redis nothing is kept, so the SDK must not send names in place of what was said.
    providerOptions: { openai: { store: false } },
  }
  const question = { role: 'user' as const, content: newPrompt() }
  const { responseMessages } = await generateText({ ...asked, messages: [question] })
  const later = { role: 'user' as const, content: newPrompt('And now?') }
  const { text } = await generateText({
    ...asked,
    messages: [question, ...responseMessages, later],
  })
  expect(text).not.toBe('')
})

test.each(['responses', 'chat'] as const)('%s fail as the SDK knows it', async (api) => {
  const model = modelOf(api, 'openai/gpt-4.1')
  simulator.setFault({ fault: 'context-length' })
  const refused = await generateText({ model, prompt: newPrompt(), maxRetries: 0 }).catch(
    (error: unknown) => error,
  )
  expect(APICallError.isInstance(refused) && [refused.statusCode, refused.isRetryable]).toEqual([
    400,
    false,
  ])
  simulator.clear()
  simulator.setFault({ fault: 'cut-after-8' })
  const errors: unknown[] = []
  const { stream } = streamText({
    model,
    prompt: newPrompt(),
    maxRetries: 0,
    onError: ({ error }) => void errors.push(error),
  })
  for await (const _ of stream);
  expect(errors).toMatchObject([{ message: expect.stringContaining('broke the answer off') }])
})
