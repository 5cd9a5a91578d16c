import { expect, test } from 'vitest'
import { splitMaterial } from './split-material.ts'

test.each([
  ['Make this nicer: we do not refund', 'Make this nicer', 'we do not refund'],
  ['Is this right? "He don’t know it"', 'Is this right? ', 'He don’t know it"'],
  [
    'tldr\n\na long text\nof two lines\n\nin German',
    'tldr\nin German',
    '\na long text\nof two lines\n',
  ],
  ['why is the sky blue', 'why is the sky blue', ''],
  ['Note: no', 'Note: no', ''],
])('%j wishes %j', (text, wish, material) => {
  expect(splitMaterial(text)).toEqual({ wish, material })
})

test('a first line is a whole wish where much follows, with its colons', () => {
  const page = 'The supplier delivers by Friday. '.repeat(20)
  expect(splitMaterial(`For each give me: who, when, how much\n${page}end\n`).wish).toBe(
    'For each give me: who, when, how much',
  )
})
