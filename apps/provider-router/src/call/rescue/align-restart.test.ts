import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StreamPart } from '../../adapters/stream-part.ts'
import { AnswerDiffers, RestartAlignment } from './align-restart.ts'
import { SentAnswer } from './sent-answer.ts'

const text = (value: string): StreamPart => ({
  type: 'text-delta',
  choice: 0,
  text: value,
  block: 0,
})
const thought = (value: string): StreamPart => ({
  type: 'reasoning-delta',
  choice: 0,
  text: value,
  block: 0,
})
const call = (name: string): StreamPart => ({
  type: 'tool-call-start',
  choice: 0,
  index: 0,
  id: null,
  name,
})
const json = (value: string): StreamPart => ({
  type: 'tool-call-delta',
  choice: 0,
  index: 0,
  arguments: value,
})
const finish: StreamPart = { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }

function aligned(sent: readonly StreamPart[], again: readonly StreamPart[]): StreamPart[] {
  const answer = new SentAnswer()
  for (const part of sent) answer.add(part)
  const alignment = new RestartAlignment(answer)
  return again.flatMap((part) => alignment.align(part) ?? [])
}

test('what was sent comes once, however the two were cut', () => {
  const cuts = fc.array(fc.nat(60), { maxLength: 6 })
  fc.assert(
    fc.property(
      fc.string({ maxLength: 60 }),
      fc.nat(60),
      cuts,
      cuts,
      (whole, end, first, second) => {
        const sent = pieces(whole.slice(0, end), first).map(text)
        const rest = aligned(sent, [...pieces(whole, second).map(text), finish])
        expect(textOf([...sent, ...rest])).toBe(whole)
      },
    ),
  )
})

function pieces(whole: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.filter((cut) => cut < whole.length).toSorted((a, b) => a - b)]
  return places
    .map((place, index) => whole.slice(place, places[index + 1]))
    .filter((piece) => piece !== '')
}

function textOf(parts: readonly StreamPart[]): string {
  return parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')
}

test('another answer is noticed at its first other letter, or where it ends too early', () => {
  expect(() => aligned([text('One two')], [text('One t'), text('hree')])).toThrow(AnswerDiffers)
  expect(() => aligned([text('One two')], [text('One'), finish])).toThrow(AnswerDiffers)
})

test('other reasoning is left out, and does not stand in the way of the same answer', () => {
  const again = [thought('Hm, '), thought('or?'), text('One two'), finish]
  expect(aligned([thought('Well'), text('One')], again)).toEqual([text(' two'), finish])
  expect(aligned([thought('Hm')], again)).toEqual([
    thought(', '),
    thought('or?'),
    text('One two'),
    finish,
  ])
})

test('what proves the new reasoning does not prove what the caller has of the former', () => {
  const proof: StreamPart = { type: 'reasoning-signature', choice: 0, signature: 's', block: 0 }
  const sealed: StreamPart = { type: 'reasoning-redacted', choice: 0, data: 'd' }
  const again = [thought('I see'), proof, sealed, text('Hi'), finish]
  expect(aligned([thought('I th')], again)).toEqual([text('Hi'), finish])
  expect(aligned([text('H')], again)).toEqual([thought('I see'), proof, sealed, text('i'), finish])
})

test('a call of another tool, or with other arguments, is another answer', () => {
  const sent = [call('look'), json('{"a":')]
  expect(aligned(sent, [call('look'), json('{"a":1}'), finish])).toEqual([json('1}'), finish])
  expect(() => aligned(sent, [call('go')])).toThrow(AnswerDiffers)
  expect(() => aligned(sent, [call('look'), json('{"b":1}')])).toThrow(AnswerDiffers)
})
