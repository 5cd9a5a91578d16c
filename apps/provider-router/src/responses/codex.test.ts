// Requests as Codex 0.171 sends them by default, but for the length of what they say.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPrompt } from '../http/ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { startScriptedProvider } from '../http/scripted-provider.ts'
import type { ScriptedProvider } from '../http/scripted-provider.ts'
import { SEEN } from './look-outside.ts'

type Output = OpenAI.Responses.ResponseOutputItem[]
type Asked = Parameters<OpenAI['responses']['create']>[0]

const YAML = `${EVERY_PROVIDER}
  - { id: scripted, provider: scripted, model: gpt-scripted, price: { inputUsdPerMillion: 1, outputUsdPerMillion: 4 } }
`.replace(
  'deployments:',
  "  scripted: { kind: openai, name: Scripted, baseUrl: '${SCRIPTED}/v1', keys: [key] }\ndeployments:",
)

let simulator: Simulator
let scripted: ScriptedProvider
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  scripted = await startScriptedProvider(() => ({
    model: 'gpt-scripted',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Done.' }, finish_reason: 'stop' },
    ],
  }))
  router = await startRouterUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url, SCRIPTED: scripted.url },
  })
})
afterAll(async () => {
  await router.close()
  await scripted.close()
  await simulator.close()
})

const definition = (name: string, parameters: object = {}) => ({
  type: 'function',
  name,
  description: `Does ${name}.`,
  strict: false,
  parameters: { type: 'object', properties: {}, additionalProperties: false, ...parameters },
})
const TEXT = { type: 'string' }
const AGENTS = {
  type: 'namespace',
  name: 'multi_agent_v1',
  description: 'Tools for spawning and managing sub-agents.',
  tools: [definition('spawn_agent', { properties: { message: TEXT } }), definition('wait_agent')],
}
const WEB_SEARCH = { type: 'web_search', external_web_access: true }
const TOOLS = [definition('exec_command', { properties: { cmd: TEXT } }), AGENTS, WEB_SEARCH]

const said = (role: string, text: string) => ({
  type: 'message',
  id: 'msg_01a220f1-84b0-7152-90bd-e0b7e9162730',
  role,
  content: [{ type: 'input_text', text }],
})

/** The options that it does not let anybody choose. */
function codex(asked: { model: string; input: object[]; tools?: object[] }): Asked {
  return {
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { summary: 'auto' },
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: '01a220f1-8440-74a3-a321-25ef8b0d4af1',
    client_metadata: { session_id: '01a220f1-8440-74a3-a321-25ef8b0d4af1' },
    ...asked,
    input: [said('developer', 'You are a coding agent.'), ...asked.input],
  } as Asked
}

/** All that it was answered by, which it takes from `response.output_item.done` alone. */
async function answer(asked: Asked): Promise<Output> {
  const stream = await router.client.responses.create({ ...asked, stream: true })
  const items: Output = []
  for await (const event of stream)
    if (event.type === 'response.output_item.done') items.push(event.item)
  return items
}

async function callOf<Type extends Output[number]['type']>(
  type: Type,
  asked: Asked,
): Promise<Extract<Output[number], { type: Type }>> {
  const items = await answer(asked)
  const call = items.find(
    (item): item is Extract<typeof item, { type: Type }> => item.type === type,
  )
  expect(call, JSON.stringify(items)).toBeDefined()
  return call!
}

const textOf = (items: Output): string =>
  items
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('')

test.each(EVERYWHERE)('%s calls a tool of a namespace, by both its names', async (model) => {
  const question = said('user', newPrompt('Use the tool multi_agent_v1__spawn_agent.'))
  const asked = { model, tools: TOOLS }
  const call = await callOf('function_call', codex({ ...asked, input: [question] }))
  expect(call).toMatchObject({ name: 'spawn_agent', namespace: 'multi_agent_v1' })
  const result = { type: 'function_call_output', call_id: call.call_id, output: SEEN }
  const later = await answer(codex({ ...asked, input: [question, call, result] }))
  expect(textOf(later)).toContain(SEEN)
})

test.each(EVERYWHERE)('%s calls what is offered in the input alone', async (model) => {
  const exec = { type: 'custom', name: 'exec', description: 'Runs JavaScript.' }
  const offer = {
    type: 'additional_tools',
    id: 'at_01a220f1-84b0-7152-90bd-e0b7e9162730',
    role: 'developer',
    tools: [{ type: 'namespace', name: 'functions', description: '', tools: [exec] }],
  }
  const question = said('user', newPrompt('Use the tool exec.'))
  const call = await callOf('custom_tool_call', codex({ model, input: [offer, question] }))
  expect(call).toMatchObject({ name: 'exec', namespace: 'functions' })
  const result = { type: 'custom_tool_call_output', call_id: call.call_id, output: SEEN }
  const later = await answer(codex({ model, input: [offer, question, call, result] }))
  expect(textOf(later)).toContain(SEEN)
})

test.each(EVERYWHERE)(
  '%s searches for tools by its caller, and calls what is found',
  async (model) => {
    const tools = [
      {
        type: 'tool_search',
        execution: 'client',
        description: 'Searches for tools.',
        parameters: { type: 'object', properties: { query: TEXT }, required: ['query'] },
      },
      WEB_SEARCH,
      definition('exec_command'),
    ]
    const question = said('user', newPrompt('Use the tool tool_search.'))
    const asked = { model, tools }
    const call = await callOf('tool_search_call', codex({ ...asked, input: [question] }))
    expect(call).toMatchObject({
      id: expect.stringMatching(/^tsc_/),
      execution: 'client',
      status: 'completed',
      arguments: { query: expect.any(String) },
    })
    const found = {
      type: 'tool_search_output',
      call_id: call.call_id,
      execution: 'client',
      status: 'completed',
      tools: [AGENTS],
    }
    // It finds the same a second time.
    const id = { call_id: 'call_2' }
    const next = said('user', newPrompt('Use the tool multi_agent_v1__wait_agent.'))
    const input = [question, call, found, { ...call, ...id }, { ...found, ...id }, next]
    expect(await callOf('function_call', codex({ ...asked, input }))).toMatchObject({
      name: 'wait_agent',
      namespace: 'multi_agent_v1',
    })
  },
)

/** What a provider that says nothing of interest was asked. */
async function forwarded(asked: { input: object[]; tools?: object[] }) {
  await router.client.responses.create(codex({ model: 'scripted', ...asked }))
  return scripted.requests.at(-1) as unknown as OpenAI.ChatCompletionCreateParams
}

test('what one agent says to another is said to it', async () => {
  const send = definition('send_message', {
    properties: { message: { ...TEXT, encrypted: true }, to: TEXT },
  })
  const message = {
    type: 'agent_message',
    author: '/root',
    recipient: '/root/sub',
    content: [
      { type: 'input_text', text: 'Sender: /root\n' },
      { type: 'encrypted_content', encrypted_content: 'Look outside.' },
    ],
  }
  const { messages, tools } = await forwarded({ input: [message], tools: [send] })
  expect(messages.at(-1)).toEqual({
    role: 'user',
    content: [
      { type: 'text', text: 'Sender: /root\n' },
      { type: 'text', text: 'Look outside.' },
    ],
  })
  // OpenAI would seal it, and whoever answers the other agent could not open it.
  expect(tools).toMatchObject([{ function: { parameters: { properties: { message: TEXT } } } }])
  expect(JSON.stringify(tools)).not.toContain('encrypted')
})

test('a search that was done at OpenAI is left out, and what is said of a namespace is said once', async () => {
  const { messages, tools } = await forwarded({
    tools: TOOLS,
    input: [
      said('user', 'Go.'),
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search' } },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Went.' }] },
      said('user', 'Again.'),
    ],
  })
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
  expect(tools).toMatchObject([
    { function: { name: 'exec_command', description: 'Does exec_command.' } },
    {
      function: {
        name: 'multi_agent_v1__spawn_agent',
        description:
          'Does spawn_agent.\n\nOf all tools of `multi_agent_v1`: Tools for spawning and managing sub-agents.',
      },
    },
    { function: { name: 'multi_agent_v1__wait_agent', description: 'Does wait_agent.' } },
  ])
})

test('a search of the web is not offered beside other tools, and the answer says so', async () => {
  const response = (await router.client.responses.create(
    codex({ model: 'scripted', input: [said('user', 'Go.')], tools: TOOLS }),
  )) as OpenAI.Responses.Response
  expect(response.tools).toEqual(TOOLS.slice(0, 2))
})

test('the choice of a tool names its namespace', async () => {
  const response = await router.client.responses.create({
    ...codex({
      model: 'anthropic/claude',
      input: [said('user', newPrompt())],
      tools: TOOLS,
    }),
    tool_choice: { type: 'function', name: 'wait_agent', namespace: 'multi_agent_v1' },
  } as Asked)
  const { output } = response as OpenAI.Responses.Response
  expect(output.find(({ type }) => type === 'function_call')).toMatchObject({ name: 'wait_agent' })
})
