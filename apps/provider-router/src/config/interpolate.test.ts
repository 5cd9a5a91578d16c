import { expect, test } from 'vitest'
import { interpolate, isLiteral, referencedFiles } from './interpolate.ts'
import type { FileContent } from './interpolate.ts'

const files = new Map<string, FileContent>([
  ['/run/secrets/openai', { text: 'sk-1\n' }],
  ['/run/secrets/empty', { text: ' \n' }],
  ['/run/secrets/gone', { failure: 'is not there' }],
])
const environment = { NAME: 'value', EMPTY: '' }

function interpolated(text: string, mayBeAbsent = false) {
  const { value, problems } = interpolate({ at: [text] }, { environment, files }, () => mayBeAbsent)
  return {
    text: (value as { at: string[] }).at[0],
    problems: problems.map(({ path, message }) => `${path.join('.')}: ${message}`),
  }
}

test.each([
  ['${NAME}', 'value'],
  ['http://${NAME}/v1', 'http://value/v1'],
  ['${NAME:-other}', 'value'],
  ['${EMPTY:-other}', 'other'],
  ['${NONE:-}', ''],
  ['${NONE:-https://a.test:80/v1}', 'https://a.test:80/v1'],
  ['${file:/run/secrets/openai}', 'sk-1'],
  ['Bearer ${file:/run/secrets/openai}', 'Bearer sk-1'],
  ['${file:/run/secrets/empty:-other}', 'other'],
  ['${file:/run/secrets/gone:-}', ''],
  ['$NAME {NAME} ${', '$NAME {NAME} ${'],
])('%s is %s', (text, expected) => {
  expect(interpolated(text)).toEqual({ text: expected, problems: [] })
})

test.each([
  ['${NONE}', 'NONE is not set in the environment'],
  ['${EMPTY}', 'EMPTY is not set in the environment'],
  ['${file:/run/secrets/gone}', '/run/secrets/gone is not there'],
  ['${file:/run/secrets/empty}', '/run/secrets/empty is empty'],
  ['${file:secrets/openai}', 'a reference is ${NAME}, ${NAME:-text} or ${file:/absolute/path}'],
  ['${name}', 'a reference is ${NAME}, ${NAME:-text} or ${file:/absolute/path}'],
  ['${}', 'a reference is ${NAME}, ${NAME:-text} or ${file:/absolute/path}'],
])('%s is a problem: %s', (text, problem) => {
  expect(interpolated(text).problems).toEqual([`at.0: ${problem}`])
})

test('where a value may be absent a name may stand for nothing, and a file that is named may not', () => {
  expect(interpolated('${NONE}', true)).toEqual({ text: '', problems: [] })
  expect(interpolated('${file:/run/secrets/gone}', true).problems).toHaveLength(1)
  expect(interpolated('${file:/run/secrets/empty}', true).problems).toHaveLength(1)
})

test('what a reference stands for is not looked through for references', () => {
  const { value } = interpolate(
    ['${OUTER}'],
    { environment: { OUTER: '${INNER}', INNER: 'x' }, files },
    () => false,
  )
  expect(value).toEqual(['${INNER}'])
})

test('the files that are referred to are found anywhere, once', () => {
  const value = {
    a: ['${file:/one}', { b: 'x${file:/two:-y} ${file:/one}' }],
    c: 7,
    d: null,
    e: '${NAME} ${file:relative}',
  }
  expect(referencedFiles(value)).toEqual(['/one', '/two'])
  expect(referencedFiles(undefined)).toEqual([])
})

test('a text without a reference is literal', () => {
  expect(isLiteral('sk-1')).toBe(true)
  expect(isLiteral('sk-${REST}')).toBe(false)
})
