// Tools whose input is text as it comes, by the official SDK, at every provider.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPrompt } from './ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from './every-provider.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

type Messages = OpenAI.ChatCompletionMessageParam[]

let simulator: Simulator
let router: RouterUnderTest
let completions: OpenAI['chat']['completions']
beforeAll(async () => {
  simulator = await startSimulator()
  const environment = { SIMULATOR: simulator.url }
  router = await startRouterUnderTest({ yaml: EVERY_PROVIDER, environment })
  completions = router.client.chat.completions
})
afterAll(async () => {
  await router.close()
  await simulator.close()
})

const RUN_QUERY: OpenAI.ChatCompletionCustomTool = {
  type: 'custom',
  custom: {
    name: 'run_query',
    description: 'Runs a query.',
    format: { type: 'grammar', grammar: { syntax: 'regex', definition: 'SELECT .*' } },
  },
}
const LOOK: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'look_outside', parameters: { type: 'object', properties: {} } },
}
const SEEN = 'a heron, number 4711'

test.each(EVERYWHERE)(
  '%s calls a custom tool with text, and goes on from its result',
  async (model) => {
    const messages: Messages = [{ role: 'user', content: newPrompt('Use the tool run_query.') }]
    const asked = { model, tools: [LOOK, RUN_QUERY] }
    const { choices } = await completions.create({ ...asked, messages })
    const [call, ...others] = choices[0]!.message.tool_calls!
    expect(others).toEqual([])
    expect(choices[0]!.finish_reason).toBe('tool_calls')
    expect(call).toMatchObject({ type: 'custom', custom: { name: 'run_query' } })
    const { input } = (call as OpenAI.ChatCompletionMessageCustomToolCall).custom
    expect(input).toMatch(/^[^{]+$/)
    expect(call).not.toHaveProperty('function')

    const stream = await completions.create({ ...asked, messages, stream: true })
    const deltas: { type?: string; custom?: { name?: string; input?: string } }[] = []
    let finish: string | null = null
    for await (const chunk of stream) {
      const [choice] = chunk.choices
      deltas.push(...((choice?.delta.tool_calls ?? []) as typeof deltas))
      finish = choice?.finish_reason ?? finish
    }
    expect(deltas[0]).toMatchObject({ type: 'custom', custom: { name: 'run_query', input: '' } })
    expect(deltas.map(({ custom }) => custom?.input).join('')).toBe(input)
    expect(finish).toBe('tool_calls')

    // As clients do: the message back as it came.
    const result = { role: 'tool' as const, tool_call_id: call!.id, content: SEEN }
    const later = await completions.create({
      ...asked,
      messages: [...messages, choices[0]!.message, result],
    })
    expect(later.choices[0]!.message.content).toContain(SEEN)
  },
)

test('a choice of custom tools is a choice', async () => {
  const named = { type: 'custom' as const, custom: { name: 'run_query' } }
  for (const choice of [
    named,
    {
      type: 'allowed_tools' as const,
      allowed_tools: { mode: 'required' as const, tools: [named] },
    },
  ]) {
    const { choices } = await completions.create({
      model: 'anthropic/claude',
      messages: [{ role: 'user', content: newPrompt('Look outside.') }],
      tools: [LOOK, RUN_QUERY],
      tool_choice: choice,
    })
    const calls = choices[0]!.message.tool_calls ?? []
    expect(calls).toMatchObject([{ type: 'custom', custom: { name: 'run_query' } }])
  }
})

test('functions beside them are called as ever', async () => {
  const { choices } = await completions.create({
    model: 'gemini/flash',
    messages: [{ role: 'user', content: newPrompt('Use look_outside and run_query.') }],
    tools: [LOOK, RUN_QUERY],
  })
  expect(choices[0]!.message.tool_calls?.map(({ type }) => type)).toEqual(['function', 'custom'])
})
