import { describe, expect, test } from 'vitest'
import { createStyler } from './create-styler.ts'

function styled(text: string): string {
  const styler = createStyler()
  return styler.push(text) + styler.end()
}

describe('an answer that ends inside a code fence gets it closed', () => {
  test.each([
    ['```js\nlet a', '```js\nlet a\n```'],
    ['```js\nlet a\n', '```js\nlet a\n```'],
    ['text\n\n```', 'text\n\n```\n```'],
    ['~~~\n```\n', '~~~\n```\n~~~'],
    ['`````\n```\n````\n', '`````\n```\n````\n`````'],
    ['```\nno closing: ```', '```\nno closing: ```\n```'],
    ['```\n```js\n', '```\n```js\n```'],
    ['   ```\nlet a\n', '   ```\nlet a\n   ```'],
    ['```\r\nlet a\r\n', '```\r\nlet a\r\n```'],
    ['```\r\nlet a\r', '```\r\nlet a\r\n```'],
    ['- item\n\n  ```js\n  let a\n', '- item\n\n  ```js\n  let a\n  ```'],
    ['1. a\n   - b\n\n     ```js\n     let a', '1. a\n   - b\n\n     ```js\n     let a\n     ```'],
    ['- ```js\n  let a', '- ```js\n  let a\n  ```'],
    ['10. ~~~\n    let a', '10. ~~~\n    let a\n    ~~~'],
    ['- a\n##B\n# C\n    ```\n', '- a\n## B\n# C\n    ```\n    ```'],
    ['> ```js\n> let a', '> ```js\n> let a\n> ```'],
    ['>    ```js\n> let a', '>    ```js\n> let a\n>    ```'],
    ['> <pre>\n\n```\nlet a', '> <pre>\n\n```\nlet a\n```'],
    ['    <pre>\n\n```\nlet a', '    <pre>\n\n```\nlet a\n```'],
    ['- a\nlazy\n    ```\n', '- a\nlazy\n    ```\n    ```'],
    ['> - ```js\n>   let a\n', '> - ```js\n>   let a\n>   ```'],
    ['- a\n<div>\n  ```\n', '- a\n<div>\n  ```\n  ```'],
    ['$$\nx\n```\ny', '$$\nx\n```\ny\n```'],
  ])('%j', (text, expected) => {
    expect(styled(text)).toBe(expected)
  })
})

describe('what is no open fence is left alone', () => {
  test.each([
    '```js\nlet a\n```',
    '```js\nlet a\n````  \n',
    '  ```\nlet a\n   ```',
    '1. a\n\n   ```\nbadly indented\n      ```\n',
    '``` a`b',
    '> ```\n>    ```\n',
    '\t```\n',
    '- - -\n    ```\n',
    'an open `backtick',
    'in a line ```js',
    '``\n',
    '    ```\n    an indented block\n',
    'text\n      ```',
    '> ```\n> left with the quote\n\ntext',
    '<pre>\n```\n</pre>',
    '<!--\n```\n-->\n',
    '<pre>\n```\n',
    '```\n<pre>\n```\n',
    '<!-- one line -->\n\n```\n```\n',
  ])('%j', (text) => {
    expect(styled(text)).toBe(text)
  })
})

describe('headings do not jump', () => {
  test.each([
    ['# A\n\n### B\n', '# A\n\n## B\n'],
    ['# A\n### B\n### C\n#### D\n### E\n', '# A\n## B\n## C\n### D\n## E\n'],
    ['### A\n# B\n### C', '### A\n# B\n## C'],
    ['# A\ntext\n#### B ####\n', '# A\ntext\n## B ####\n'],
    ['# A\r\n### B\r\n###\r\n', '# A\r\n## B\r\n##\r\n'],
    ['# A\n   ###\tB', '# A\n   ##\tB'],
    ['# A\n```\n### x\n```\n### B', '# A\n```\n### x\n```\n## B'],
    ['# A\n> ```\n> left with the quote\n### B', '# A\n> ```\n> left with the quote\n## B'],
    ['# A\n$$ 5\n```\nx\n```\n### B', '# A\n$$ 5\n```\nx\n```\n## B'],
    ['# A\n$$x$$\n### B', '# A\n$$x$$\n## B'],
    ['# A\n<pre>x</pre>\n\n### B', '# A\n<pre>x</pre>\n\n## B'],
    ['# A\n###', '# A\n##'],
    ['##Title\n', '## Title\n'],
    ['`a`\n\ntext\n##Title', '`a`\n\ntext\n## Title'],
    ['text\n##Überschrift', 'text\n## Überschrift'],
    ['# A\n###日本', '# A\n## 日本'],
  ])('%j', (text, expected) => {
    expect(styled(text)).toBe(expected)
  })
})

describe('what is no heading, or a good one, is left alone', () => {
  test.each([
    '### A\n#### B\n## C\n',
    '#hashtag #another\n',
    '##1 ##! ## \n',
    '# A\n####### seven\n',
    '# A\n    ### indented code\n',
    '# A\n\t### indented code\n',
    '# A\n\\### escaped\n',
    '# A\n> ### of a quote\n',
    '# A\n- ### of an item\n',
    '# A\n<pre>\n### x\n\n### x\n</pre>\n',
    '# A\n<script>\n### x\n</script>\n',
    '# A\n- <style>\n  ### x\n',
    '# A\n<!-- a\n\n### x\n-->\n',
    '# A\n<details>\n### raw\n',
    '# A\n$$\n### x\n$$\n',
    '`code\n##of two lines`\n',
    '`code\nof three\n##lines`\n',
    '[a link\n##of two lines](x)\n',
    'Title\n===\n\n### A\n',
  ])('%j', (text) => {
    expect(styled(text)).toBe(text)
  })
})

test('nothing else changes', () => {
  const text =
    '\n  trailing  \r\n\ttab\u00a0\u2028 e\u0301 \ufeff👩‍👩‍👧 \ud83d lone\r\n\r\n| a |\n|---|\n| # |\n\n\n1) x\n\n'
  expect(styled(text)).toBe(text)
})

test.each(['>', '* ', '-'])('a line of millions of %j is nothing special', (mark) => {
  const text = mark.repeat(8_000_000 / mark.length)
  expect(styled(text) === text).toBe(true)
})

describe('of a stream', () => {
  test('only the undecided beginning of a line is held back', () => {
    const styler = createStyler()
    const deltas = [
      '# A\nte',
      'xt\n',
      '##',
      '#',
      ' B',
      ' c\n',
      '  ',
      'x\n``',
      '`js\n',
      '  # y',
      '\n#',
    ]
    expect(deltas.map((delta) => styler.push(delta))).toEqual([
      '# A\nte',
      'xt\n',
      '',
      '',
      '## B',
      ' c\n',
      '',
      '  x\n``',
      '`js\n',
      '  # y',
      '\n#',
    ])
    expect(styler.end()).toBe('\n```')
  })

  test('a surrogate pair may come in two', () => {
    const styler = createStyler()
    const deltas = ['a \ud83d', '\ude00\n##\ud835', '\udcd0']
    expect(deltas.map((delta) => styler.push(delta))).toEqual(deltas)
  })

  test('the end of an empty answer is empty', () => {
    expect(createStyler().end()).toBe('')
  })
})
