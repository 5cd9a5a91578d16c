import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Tier } from '../../config/router-file.ts'
import { classifyRequest } from './classify-request.ts'
import { LABELLED_PROMPTS } from './labelled-prompts.ts'
import { KIND_WEIGHTS } from './signals/signal-table.ts'

type Message = ChatCompletionRequest['messages'][number]
type UserContent = Extract<Message, { role: 'user' }>['content']

const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } } as const
const TOOL = { type: 'function', function: { name: 'search_web' } } as const

const realText = fc.constantFrom(
  ...LABELLED_PROMPTS.flatMap(({ request }) =>
    request.messages.flatMap(({ content }) => (typeof content === 'string' ? [content] : [])),
  ),
)
/** Real wishes, noise, and real wishes cut and glued together. */
const text = fc.oneof(
  realText,
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.tuple(realText, realText, fc.nat(60)).map(([a, b, at]) => a.slice(0, at) + b.slice(at)),
)
const part = fc.oneof(
  text.map((value) => ({ type: 'text' as const, text: value })),
  fc.constant(IMAGE),
  fc.constant({ type: 'file' as const, file: { filename: 'a.pdf' } }),
)
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ role: fc.constant('user' as const), content: fc.oneof(text, fc.array(part)) }),
  fc.record({ role: fc.constantFrom('system' as const, 'developer' as const), content: text }),
  fc.record({
    role: fc.constant('assistant' as const),
    content: fc.oneof(text, fc.constant(null)),
  }),
  fc.record({
    role: fc.constant('tool' as const),
    content: text,
    tool_call_id: fc.constant('call-1'),
  }),
)
const request: fc.Arbitrary<ChatCompletionRequest> = fc.record(
  {
    model: fc.constant('auto'),
    messages: fc.array(message, { minLength: 1, maxLength: 6 }),
    max_tokens: fc.integer({ min: 1, max: 100_000 }),
    tools: fc.array(fc.constant(TOOL), { maxLength: 20 }),
    tool_choice: fc.constantFrom('none', 'auto', 'required'),
    response_format: fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
  },
  { requiredKeys: ['model', 'messages'] },
)

const rankOf = (of: ChatCompletionRequest): number => Tier.options.indexOf(classifyRequest(of).tier)

test('any request has a classification, the same each time, whose reasons add up to its score', () => {
  fc.assert(
    fc.property(request, (of) => {
      const given = classifyRequest(of)
      expect(classifyRequest(structuredClone(of))).toEqual(given)
      expect(given.reasons.reduce((sum, { weight }) => sum + weight, 0)).toBe(given.score)
    }),
    { numRuns: 400 },
  )
})

test('asking for much thought never lowers the tier', () => {
  fc.assert(
    fc.property(request, fc.constantFrom('high', 'xhigh'), (of, effort) => {
      expect(rankOf({ ...of, reasoning_effort: effort })).toBeGreaterThanOrEqual(rankOf(of))
    }),
    { numRuns: 400 },
  )
})

test('an image more never lowers the tier', () => {
  fc.assert(
    fc.property(request, (of) => {
      const last = of.messages.findLastIndex(({ role }) => role === 'user')
      fc.pre(last !== -1)
      const messages = of.messages.map((message, index): Message =>
        index === last && message.role === 'user'
          ? { ...message, content: withImage(message.content) }
          : message,
      )
      expect(rankOf({ ...of, messages })).toBeGreaterThanOrEqual(rankOf(of))
    }),
    { numRuns: 400 },
  )
})

test('tools more never lower the tier, since no kind asks for more than their use', () => {
  expect(KIND_WEIGHTS['tool-use']).toBe(Math.max(...Object.values(KIND_WEIGHTS)))
  fc.assert(
    fc.property(request, fc.integer({ min: 1, max: 20 }), (of, count) => {
      const tools = [...(of.tools ?? []), ...Array.from({ length: count }, () => TOOL)]
      expect(rankOf({ ...of, tools })).toBeGreaterThanOrEqual(rankOf(of))
    }),
    { numRuns: 400 },
  )
})

function withImage(content: UserContent): UserContent {
  return typeof content === 'string'
    ? [{ type: 'text', text: content }, IMAGE]
    : [...content, IMAGE]
}
