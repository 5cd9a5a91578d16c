// Tools that wait to be found, as OpenAI's Agents SDK 0.20 offers them: it takes no call of one before it was found.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPrompt } from '../http/ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { LOOK, SEEN } from './look-outside.ts'

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({
    yaml: EVERY_PROVIDER,
    environment: { SIMULATOR: simulator.url },
  })
})
afterAll(async () => {
  await router.close()
  await simulator.close()
})

const DEFERRED_LOOK = {
  ...LOOK,
  description: 'Looks outside.',
  strict: true,
  defer_loading: true,
}
const SKY = {
  type: 'namespace' as const,
  name: 'sky',
  description: 'Of the sky.',
  tools: [DEFERRED_LOOK],
}

test.each(EVERYWHERE)(
  '%s is offered them at once, and each is found before its call',
  async (model) => {
    const { responses } = router.client
    const asked = { model, tools: [SKY, { type: 'tool_search' as const }] }
    const question = {
      role: 'user' as const,
      content: newPrompt('Use the tool sky__look_outside.'),
    }
    const stream = await responses.create({ ...asked, input: [question], stream: true })
    const output: OpenAI.Responses.ResponseOutputItem[] = []
    for await (const event of stream) {
      if (event.type === 'response.output_item.done') output[event.output_index] = event.item
      if (event.type === 'response.completed') expect(event.response.output).toEqual(output)
    }
    const found = output.slice(-3)
    expect(found).toMatchObject([
      {
        type: 'tool_search_call',
        execution: 'server',
        call_id: null,
        arguments: { paths: ['sky'] },
      },
      { type: 'tool_search_output', execution: 'server', call_id: null, tools: [SKY] },
      { type: 'function_call', name: 'look_outside', namespace: 'sky' },
    ])

    const { call_id: id } = found[2] as OpenAI.Responses.ResponseFunctionToolCall
    const input = [
      question,
      ...(output as OpenAI.Responses.ResponseInputItem[]),
      { type: 'function_call_output' as const, call_id: id, output: SEEN },
    ]
    const later = await responses.create({ ...asked, input })
    expect(later.output_text).toContain(SEEN)

    // What was found once is not found again.
    const again = await responses.create({
      ...asked,
      input: [...input, { ...question, content: newPrompt('Use the tool sky__look_outside.') }],
    })
    expect(again.output.map(({ type }) => type)).not.toContain('tool_search_call')
    expect(again.output.at(-1)).toMatchObject({ type: 'function_call' })
  },
)
