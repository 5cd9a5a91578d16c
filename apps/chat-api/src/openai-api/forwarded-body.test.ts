import { expect, test } from 'vitest'
import { ToldTokens, estimateInputTokens, forwardedBody } from './forwarded-body.ts'

const messages = [{ role: 'user', content: 'x'.repeat(400) }]

test('what only we say is ours, and everything else goes on as it came', () => {
  const sent = {
    model: 'auto',
    messages,
    temperature: 0.2,
    an_option_of_tomorrow: { deep: [1] },
    user: 'somebody@example.com',
    safety_identifier: 'somebody',
    store: true,
    metadata: { of: 'somebody' },
    service_tier: 'priority',
    brainlyx: { continue: true },
  }
  expect(forwardedBody(sent, 'pseudonym', '/v1/chat/completions')).toEqual({
    model: 'auto',
    messages,
    temperature: 0.2,
    an_option_of_tomorrow: { deep: [1] },
    user: 'pseudonym',
  })
})

test('what the router keeps to itself goes there', () => {
  const sent = { model: 'auto', input: 'Hi', metadata: { of: 'somebody' }, store: true }
  expect(forwardedBody(sent, 'pseudonym', '/v1/responses')).toEqual({
    model: 'auto',
    input: 'Hi',
    metadata: { of: 'somebody' },
    store: true,
    user: 'pseudonym',
  })
})

test('Anthropic’s form has another place for who asks', () => {
  const sent = { model: 'auto', messages, metadata: { user_id: 'somebody', of: 'somebody' } }
  expect(forwardedBody(sent, 'pseudonym', '/v1/messages')).toEqual({
    model: 'auto',
    messages,
    metadata: { user_id: 'pseudonym' },
  })
})

test('input is counted by its text, and an attachment not by its bytes', () => {
  expect(estimateInputTokens({ model: 'auto', messages })).toBeGreaterThanOrEqual(100)
  const url = `data:image/png;base64,${'A'.repeat(4_000_000)}`
  const picture = [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }]
  expect(estimateInputTokens({ model: 'auto', messages: picture })).toBeLessThan(2_000)
  const source = { type: 'base64', media_type: 'image/png', data: 'A'.repeat(4_000_000) }
  const image = [{ role: 'user', content: [{ type: 'image', source }] }]
  expect(estimateInputTokens({ model: 'auto', messages: image })).toBeLessThan(2_000)
  const spoken = { model: 'auto', system: 'x'.repeat(400), messages: [] }
  expect(estimateInputTokens(spoken)).toBeGreaterThanOrEqual(100)
  const asked = { model: 'auto', instructions: 'x'.repeat(400), input: 'x'.repeat(400) }
  expect(estimateInputTokens(asked)).toBeGreaterThanOrEqual(200)
  expect(estimateInputTokens({ model: 'e', input: [[1, 2, 3], [4]] })).toBe(4)
})

test('output is counted by what chunks tell, tool calls included', () => {
  const told = new ToldTokens()
  told.add({ choices: [{ delta: { content: 'x'.repeat(40) } }] })
  told.add({ choices: [{ delta: { tool_calls: [{ function: { arguments: 'y'.repeat(40) } }] } }] })
  told.add({ delta: 'z'.repeat(40) })
  told.add({ delta: { type: 'text_delta', text: 'z'.repeat(40) } })
  told.add({})
  expect(told.count).toBe(40)
})
