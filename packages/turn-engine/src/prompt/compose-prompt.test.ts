import { expect, test } from 'vitest'
import { composePrompt } from './compose-prompt.ts'
import type { PromptMessage } from './compose-prompt.ts'

const user = (text: string): PromptMessage => ({ role: 'user', parts: [{ type: 'text', text }] })
const assistant = (text: string): PromptMessage => ({
  role: 'assistant',
  parts: [{ type: 'text', text }],
})
const firstLetters = (messages: ReturnType<typeof composePrompt>) =>
  messages.map((message) => JSON.stringify(message.content)[1])
const without = (messages: ReturnType<typeof composePrompt>) => messages.slice(1)

test('the prompt is the system prompt, then the history, oldest first', () => {
  const prompt = composePrompt([user('One?'), assistant('One.'), user('Two?')], null)
  expect(prompt.map((message) => message.role)).toEqual(['system', 'user', 'assistant', 'user'])
  expect(prompt.at(-1)!.content).toBe('Two?')
})

test('reasoning and empty answers are not said again', () => {
  const history: PromptMessage[] = [
    user('One?'),
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'text', text: 'One.' },
      ],
    },
    user('Two?'),
    { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.' }] },
    user('Three?'),
  ]
  expect(without(composePrompt(history, null))).toEqual([
    { role: 'user', content: 'One?' },
    { role: 'assistant', content: 'One.' },
    { role: 'user', content: 'Two?\n\nThree?' },
  ])
})

test('a message that is sent again after a failed turn is said once', () => {
  expect(without(composePrompt([user('One?'), user('One?')], null))).toEqual([
    { role: 'user', content: 'One?' },
  ])
})

test('what does not fit is left out from the oldest on, and a user speaks first', () => {
  const long = 'x'.repeat(4_000) // about 1,000 tokens
  const history = [
    user(`1${long}`),
    assistant(`2${long}`),
    user(`3${long}`),
    assistant(`4${long}`),
    user('5'),
  ]
  const prompt = without(composePrompt(history, 2_000))
  expect(firstLetters(prompt)).toEqual(['5'])
  const roomier = without(composePrompt(history, 3_000))
  expect(firstLetters(roomier)).toEqual(['3', '4', '5'])
})

test('the last message is sent whole, whether or not it fits', () => {
  const long = 'x'.repeat(400_000)
  expect(without(composePrompt([user('before'), user(long)].slice(1), 1_000))).toEqual([
    { role: 'user', content: long },
  ])
})
