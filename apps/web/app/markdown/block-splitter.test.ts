import { Lexer } from 'marked'
import { expect, test } from 'vitest'
import { BlockSplitter } from './block-splitter.ts'

const ANSWERS = [
  '# Title\n\nA paragraph with **bold** text.\nAnd a second line.\n\n- one\n- two\n\n  inner\n- three\n\nEnd.',
  '1. a\n\n2. b\n\n   ```ts\n   code\n   ```\n\n3. c\n\nAfter the list.',
  'Before\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nAfter\n\n```js\nlet x = `\n\n`\n```\n\nEnd',
  '> quote\n> more\n\nText\n===\n\nSub\n---\n\n***\n\n<div>\nhtml\n</div>\n\nlast',
  'First [link][one] here.\n\nSecond.\n\nThird.\n\n[one]: https://example.com',
  'Tabs\tand\r\nline ends\r\n\r\nof Windows\r\n\r\n- a\r\n- b\r\n\r\nEnd\r\n\r\nlast',
]

const blocksOf = (text: string): string[] =>
  Lexer.lex(text)
    .filter((token) => token.type !== 'space')
    .map((token) => `${token.type}: ${token.raw.trim()}`)

test.each(ANSWERS)(
  'a text that grows letter by letter ends in the same blocks as at once (%#)',
  (text) => {
    const splitter = new BlockSplitter()
    for (let length = 1; length <= text.length; length++)
      splitter.update(text.slice(0, length), false)
    const growing = splitter.update(text, false).tokens
    const complete = splitter.update(text, true).tokens
    expect(complete.map((token) => `${token.type}: ${token.raw.trim()}`)).toEqual(blocksOf(text))
    expect(growing.map((token) => token.raw.trim())).toEqual(
      complete.map((token) => token.raw.trim()),
    )
  },
)

test('finished blocks are the very same objects at every later step', () => {
  const splitter = new BlockSplitter()
  const text = 'One.\n\nTwo.\n\nThree.\n\nFour.'
  const before = splitter.update(text, false).tokens
  const after = splitter.update(`${text} And more.\n\nFive.`, false).tokens
  expect(after[0]).toBe(before[0])
  expect(after[1]).toBe(before[1])
  expect(after).toHaveLength(5)
})

test('the cost of a step does not grow with the answer', () => {
  const splitter = new BlockSplitter()
  const lexed: number[] = []
  const original = Lexer.lex
  Lexer.lex = (text, options) => {
    lexed.push(text.length)
    return original(text, options)
  }
  try {
    let text = ''
    for (let paragraph = 0; paragraph < 200; paragraph++) {
      text += `Paragraph ${paragraph} of this answer.\n\n`
      splitter.update(text, false)
    }
  } finally {
    Lexer.lex = original
  }
  expect(Math.max(...lexed)).toBeLessThan(200)
})

test('a text that is replaced begins anew', () => {
  const splitter = new BlockSplitter()
  splitter.update('a\n\nb\n\nc\n\nd', false)
  const { tokens } = splitter.update('other', false)
  expect(tokens.map((token) => token.raw)).toEqual(['other'])
})

test('links defined further down reach the blocks above once the text is complete', () => {
  const splitter = new BlockSplitter()
  const { tokens, definitions } = splitter.update(ANSWERS[4]!, true)
  expect(definitions).toBe(1)
  expect(JSON.stringify(tokens[0])).toContain('https://example.com')
})
