import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { HOSTILE_MARKDOWN } from './hostile-markdown.ts'
import { Markdown } from './markdown.tsx'

const render = (text: string, streaming = false): string =>
  renderToStaticMarkup(<Markdown text={text} streaming={streaming} />)

/** The elements that may appear, and the attributes that each may have. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'target', 'rel'],
  button: ['type', 'class', 'aria-label'],
  input: ['type', 'checked', 'disabled', 'readonly', 'aria-label'],
  ol: ['start'],
  pre: ['tabindex', 'aria-label', 'role'],
  rect: ['x', 'y', 'width', 'height', 'rx', 'fill'],
  path: ['d', 'class', 'stroke-width', 'fill'],
  svg: 'class viewbox width height fill stroke stroke-width stroke-linecap stroke-linejoin aria-hidden'.split(
    ' ',
  ),
  span: ['class', 'aria-live'],
  div: ['class', 'role', 'aria-label', 'tabindex'],
  th: ['scope', 'data-align'],
  td: ['data-align'],
  figure: ['class'],
  p: ['class'],
  li: ['class'],
}
const PLAIN =
  'h3 h4 h5 h6 ul table thead tbody tr strong em del code blockquote hr br figcaption'.split(' ')

function expectInert(html: string): void {
  for (const [, name = '', attributes = ''] of html.matchAll(
    /<([a-z]\w*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi,
  )) {
    const element = name.toLowerCase()
    const allowed = PLAIN.includes(element) ? [] : ALLOWED[element]
    expect(allowed, `<${element}> in ${html}`).toBeDefined()
    for (const [, attribute = '', value = ''] of attributes.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
      expect(allowed, `${attribute} of <${element}> in ${html}`).toContain(attribute.toLowerCase())
      if (attribute === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/)
    }
  }
  // Whatever stands outside of tags has no angle bracket left.
  expect(html.replaceAll(/<\/?[a-z]\w*(?:\s+[\w:-]+(?:="[^"]*")?)*\s*\/?>/gi, '')).not.toContain(
    '<',
  )
}

describe('hostile markdown', () => {
  test.each(HOSTILE_MARKDOWN)('%s is inert, whole and at every length on its way', (text) => {
    expectInert(render(text))
    for (let length = 1; length <= text.length; length++) {
      expectInert(render(text.slice(0, length), true))
    }
  })

  test('the check itself notices what must not be there', () => {
    expect(() => expectInert('<img src="x">')).toThrow()
    expect(() => expectInert('<a href="javascript:x">x</a>')).toThrow()
    expect(() => expectInert('<p onclick="x">x</p>')).toThrow()
  })
})

test('raw HTML is shown as it was written', () => {
  expect(render('a <b>bold</b> claim')).toContain('a &lt;b&gt;bold&lt;/b&gt; claim')
})

test('headings start below the two levels of the page', () => {
  expect(render('# One\n\n## Two\n\n###### Six')).toBe(
    '<div class="markdown"><h3>One</h3><h4>Two</h4><h6>Six</h6></div>',
  )
})

test('lists nest, keep their first number and show tasks', () => {
  const html = render('3. three\n   - inner\n4. four\n\n- [x] done\n- [ ] open')
  expect(html).toContain('<ol start="3"><li>three<ul><li>inner</li></ul></li><li>four</li></ol>')
  expect(html).toMatch(/<li class="task"><input type="checkbox"[^>]*checked=""/)
})

test('a table keeps its columns’ alignment and can be scrolled by keyboard', () => {
  const html = render('| a | b |\n|:-:|--:|\n| 1 | **2** |')
  expect(html).toContain('<th scope="col" data-align="center">a</th>')
  expect(html).toContain('<td data-align="right"><strong>2</strong></td>')
  expect(html).toContain('tabindex="0"')
})

test('a code block names its language and keeps its text', () => {
  const html = render('```ts\nif (a < b && c) {}\n```')
  expect(html).toContain('<figcaption><span>ts</span>')
  expect(html).toContain('<code>if (a &lt; b &amp;&amp; c) {}</code>')
})

test('a code block whose fence is still open is code already', () => {
  expect(render('Look:\n\n```ts\nconst a =', true)).toContain('<code>const a =</code>')
})

test('links open elsewhere and tell nothing about this page', () => {
  expect(render('[site](https://example.com/a?b=1&c=2)')).toContain(
    '<a href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">site</a>',
  )
})

test('an image is offered, not loaded', () => {
  const html = render('![A view](https://example.com/view.jpg)')
  expect(html).not.toContain('<img')
  expect(html).toContain('Load image')
  expect(html).toContain('href="https://example.com/view.jpg"')
})

test('character references are the characters they stand for, except in code', () => {
  expect(render('a &amp; b &mdash; c &#8364; `&amp;`')).toContain(
    'a &amp; b — c € <code>&amp;amp;</code>',
  )
})
