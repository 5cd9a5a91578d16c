import { expect, test } from 'vitest'
import type { StreamPart } from '../../adapters/stream-part.ts'
import { Seam } from './seam.ts'

function joined(sent: string, deltas: readonly string[]): string {
  const seam = new Seam(sent)
  const parts = deltas.map((text): StreamPart => ({
    type: 'text-delta',
    choice: 0,
    text,
    block: 0,
  }))
  const rest = parts.flatMap((part) => seam.join(part) ?? [])
  return sent + rest.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')
}

test.each([
  ['the white space comes again', 'One ', [' two'], 'One two'],
  ['it comes in pieces', 'One\n\n', ['\n', '\n', 'Two'], 'One\n\nTwo'],
  ['a part of it comes again', 'One \n', [' two'], 'One \ntwo'],
  ['none of it comes again', 'One ', ['two', ' three'], 'One two three'],
  ['there was none', 'One', [' two'], 'One two'],
  ['only the first words are looked at', 'One ', [' two', ' three'], 'One two three'],
])('%s', (_name, sent, deltas, whole) => {
  expect(joined(sent, deltas)).toBe(whole)
})
