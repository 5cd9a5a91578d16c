import { expect, test } from 'vitest'
import { foldText } from './fold-text.ts'

test.each([
  ['Tradução', 'traducao'],
  ['What’s  UP\n\n', 'whats up '],
  ["doesn't", 'doesnt'],
  ["l'eau", "l'eau"],
  ['Ｐｙｔｈｏｎ', 'python'],
  ['ёж', 'еж'],
  ['أعِد', 'اعد'],
  ['हिंदी', 'हिंदी'],
])('%j is read as %j', (text, folded) => {
  expect(foldText(text)).toBe(folded)
})

test('Japanese keeps its voiced sounds', () => {
  expect(foldText('が')).not.toBe(foldText('か'))
})
