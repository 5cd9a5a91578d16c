import { expect, test } from 'vitest'
import { packThoughts, unpackThoughts } from './packed-thoughts.ts'

const THOUGHTS = [
  { type: 'thinking' as const, thinking: 'Größe …', signature: 'c2ln' },
  { type: 'redacted_thinking' as const, data: 'AAAA' },
  { type: 'sealed_reasoning' as const, id: 'rs_1', data: 'gAAAAA' },
]

test('thoughts come back as they were', () => {
  expect(unpackThoughts(packThoughts(THOUGHTS))).toEqual(THOUGHTS)
})

test.each([
  null,
  undefined,
  '',
  'gAAAAABo',
  'thoughts.',
  'thoughts.!',
  packThoughts([{ type: 'text' }] as never),
])('what is another’s has none (%s)', (packed) => {
  expect(unpackThoughts(packed)).toEqual([])
})
