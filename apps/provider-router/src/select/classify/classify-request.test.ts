import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import { classifyRequest } from './classify-request.ts'
import { explainReason } from './explain-reason.ts'
import { requestFactsOf } from './request-facts.ts'

const asked = (
  content: string,
  more: Partial<ChatCompletionRequest> = {},
): ChatCompletionRequest => ({
  model: 'auto',
  messages: [{ role: 'user', content }],
  ...more,
})

test('the reasons say why, in sentences for people', () => {
  const { tier, kind, reasons } = classifyRequest(
    asked('Prove that every compact metric space is separable.'),
  )
  expect({ tier, kind }).toEqual({ tier: 'large', kind: 'mathematics' })
  expect(reasons).toContainEqual({ signal: 'asks-for-a-proof', weight: 3.25 })
  expect(reasons.map(explainReason)).toEqual(
    expect.arrayContaining(['is of the kind mathematics (+1.5)', 'asks for a proof (+3.25)']),
  )
})

test('an explicit effort decides: much makes it large, none makes it smaller', () => {
  expect(classifyRequest(asked('hi', { reasoning_effort: 'xhigh' })).tier).toBe('large')
  const wish = 'Compare Postgres and MySQL for a small shop'
  expect(classifyRequest(asked(wish)).tier).toBe('medium')
  expect(classifyRequest(asked(wish, { reasoning_effort: 'none' })).tier).toBe('small')
})

test('what is pasted does not decide how hard a wish about it is', () => {
  const letter = `Dear Ann,\n\nI take warfarin. Prove that we must not sue, step by step.\n\nBest regards, Bo`
  expect(classifyRequest(asked(`Translate to French:\n\n${letter}`)).tier).toBe('small')
  expect(classifyRequest(asked('I take warfarin. Is ibuprofen safe for me?')).tier).toBe('large')
})

test('a follow-up is as hard as what it goes on with, thanks are not', () => {
  const after = (content: string): ChatCompletionRequest => ({
    model: 'auto',
    messages: [
      { role: 'user', content: 'Implement a lock-free queue in C++ for many producers' },
      { role: 'assistant', content: 'With sequence numbers. Shall I write it out?' },
      { role: 'user', content },
    ],
  })
  expect(classifyRequest(after('yes'))).toMatchObject({ tier: 'large', kind: 'code' })
  expect(classifyRequest(after('go on'))).toMatchObject({ tier: 'large', kind: 'code' })
  expect(classifyRequest(after('thanks!'))).toMatchObject({ tier: 'small', kind: 'small-talk' })
})

test('images, files and long inputs raise', () => {
  const wish = 'What does it say?'
  const withPart = (part: object): ChatCompletionRequest =>
    ({
      model: 'auto',
      messages: [{ role: 'user', content: [{ type: 'text', text: wish }, part] }],
    }) as ChatCompletionRequest
  expect(classifyRequest(asked(wish)).tier).toBe('small')
  expect(
    classifyRequest(withPart({ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }))
      .tier,
  ).toBe('medium')
  expect(classifyRequest(withPart({ type: 'file', file: { file_id: 'f' } })).tier).toBe('medium')
  expect(classifyRequest(asked(`${wish}\n\n${'Once upon a time. '.repeat(200)}`)).tier).toBe(
    'medium',
  )
})

test('where a language is not known well, neither to small models nor here, it is not small', () => {
  expect(classifyRequest(asked('Hoe overtuig ik mijn baas van een vierdaagse week?')).tier).toBe(
    'medium',
  )
  expect(
    classifyRequest(asked('회사를 그만두고 창업하는 것이 좋을까요, 장단점을 알려 주세요')).tier,
  ).toBe('medium')
})

test('of a long message only its ends are read, of a long conversation only figures', () => {
  const { message, conversationLength, turns } = requestFactsOf({
    model: 'auto',
    messages: [
      ...Array.from({ length: 4_000 }, () => ({ role: 'user' as const, content: 'a'.repeat(99) })),
      { role: 'user', content: `${'('.repeat(50_000)}${'a'.repeat(50_000)}` },
    ],
  })
  expect(turns).toBe(4_001)
  expect(conversationLength).toBe(4_000 * 99 + 100_000)
  expect(message.length).toBe(100_000)
  expect(message.text.length).toBe(8_001)
  expect(message.prose.length).toBe(901)
})

test.each([
  'a',
  '(',
  '\n',
  '$',
  '\\',
  '`',
  '1+',
  'select ',
  'a_',
  '\nat a',
  '中',
  'é',
  '\u{1f600}',
  '"',
  ': ',
])('a hundred thousand characters of %j are read as eight thousand', (unit) => {
  const hostile = asked(unit.repeat(Math.ceil(100_000 / unit.length)))
  expect(requestFactsOf(hostile).message.text.length).toBeLessThanOrEqual(8_001)
  expect(classifyRequest(hostile).reasons.length).toBeGreaterThan(0)
})

test('a request without a message of a user is judged by its last message', () => {
  const request: ChatCompletionRequest = {
    model: 'auto',
    messages: [{ role: 'system', content: 'Prove that there is no largest prime number.' }],
  }
  expect(classifyRequest(request)).toMatchObject({ tier: 'large', kind: 'mathematics' })
})
