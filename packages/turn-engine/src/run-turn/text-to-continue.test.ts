import { expect, test } from 'vitest'
import { textToContinue } from './text-to-continue.ts'

const text = (value: string) => ({ type: 'text', text: value }) as const

test.each([
  ['text alone goes on', [text('Half an answer')], 'Half an answer'],
  ['blanks at the end are left out', [text('One,\n\n ')], 'One,'],
  ['half of an emoji is left out', [text(`Good ${'😀'.charAt(0)}`)], 'Good'],
  ['blanks alone are nothing', [text(' \n')], undefined],
  ['nothing begins again', [], undefined],
  ['reasoning begins again', [{ type: 'reasoning', text: 'Hm' } as const, text('So')], undefined],
  [
    'a tool call begins again',
    [text('Look: '), { type: 'tool-call', id: '1', name: 'look', arguments: '{}' } as const],
    undefined,
  ],
])('%s', (_name, parts, expected) => {
  expect(textToContinue(parts)).toBe(expected)
})
