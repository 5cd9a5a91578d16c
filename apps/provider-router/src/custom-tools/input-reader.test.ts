import fc from 'fast-check'
import { expect, test } from 'vitest'
import { argumentsOf } from './custom-tool.ts'
import { InputReader } from './input-reader.ts'

function read(parts: readonly string[]): { told: string; input: string } {
  const reader = new InputReader()
  const told = parts.map((part) => reader.add(part)).join('')
  return { told, input: told + reader.end() }
}

test('whatever the input, and however its arguments are cut, it is told as it grows', () => {
  const input = fc.string({
    unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '"', '\\', '𝄞', '\u0000')),
  })
  fc.assert(
    fc.property(input, fc.array(fc.nat(20)), fc.boolean(), (text, sizes, isEscaped) => {
      const json = isEscaped ? inAscii(argumentsOf(text)) : argumentsOf(text)
      expect(read(cut(json, sizes))).toEqual({ told: text, input: text })
    }),
  )
})

test('nothing waits for the end that could be told before', () => {
  const reader = new InputReader()
  expect(reader.add('{ "input" : "one\\nt')).toBe('one\nt')
  expect(reader.add('wo\\')).toBe('wo')
  expect(reader.add('t \\ud834')).toBe('\t ')
  expect(reader.add('\\udd1e"')).toBe('𝄞')
  expect(reader.add('}')).toBe('')
  expect(reader.end()).toBe('')
})

test('half a pair of surrogates stops what is told, and nothing of the input is lost', () => {
  const text = 'before \ud834 after'
  expect(read([argumentsOf(text)])).toEqual({ told: 'before ', input: text })
})

test('what breaks off is told as far as it came', () => {
  expect(read(['{"input":"one\\n', 'tw'])).toEqual({ told: 'one\ntw', input: 'one\ntw' })
})

test('three megabytes at once are no trouble', () => {
  const text = 'a line of some program\n"𝄞"'.repeat(100_000)
  expect(read([argumentsOf(text)]).told).toBe(text)
})

test.each([
  ['another name for it', '{"patch":"*** Begin"}', '*** Begin'],
  ['no JSON', 'SELECT 1', 'SELECT 1'],
  ['more than was asked for', '{"a":"1","b":"2"}', '{"a":"1","b":"2"}'],
  ['something that is no text', '{"input":5}', '{"input":5}'],
  ['nothing', '', ''],
  ['no input', '{}', ''],
])('a model that gives %s is taken at its word, at the end', (_what, json, input) => {
  expect(read([json])).toEqual({ told: '', input })
})

function cut(text: string, sizes: readonly number[]): string[] {
  const parts: string[] = []
  let from = 0
  for (const size of sizes) parts.push(text.slice(from, (from += size)))
  return [...parts, text.slice(from)]
}

/** As some providers write it: all else by its number. */
function inAscii(json: string): string {
  return json.replaceAll(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
