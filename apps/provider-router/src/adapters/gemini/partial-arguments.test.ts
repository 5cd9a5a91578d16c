import { expect, test } from 'vitest'
import { PartialArguments } from './partial-arguments.ts'

function assemble(...pieces: object[]) {
  const partial = new PartialArguments()
  for (const piece of pieces) partial.apply({ partialArgs: [piece] })
  return JSON.parse(partial.toJson()) as unknown
}

test('strings grow, other values are set, and paths make what they pass through', () => {
  expect(
    assemble(
      { jsonPath: '$.trip.city', stringValue: 'Lis', willContinue: true },
      { jsonPath: '$.trip.city', stringValue: 'bon' },
      { jsonPath: '$.trip.days[1]', numberValue: 3 },
      { jsonPath: "$['two words']", boolValue: false },
      { jsonPath: '$.none', nullValue: 'NULL_VALUE' },
    ),
  ).toEqual({ trip: { city: 'Lisbon', days: [null, 3] }, 'two words': false, none: null })
})

test('whole arguments and pieces add up', () => {
  const partial = new PartialArguments()
  partial.apply({ args: { a: 1 } })
  partial.apply({ partialArgs: [{ jsonPath: '$.b', stringValue: 'x' }] })
  expect(JSON.parse(partial.toJson())).toEqual({ a: 1, b: 'x' })
})

test('a path cannot reach a prototype', () => {
  assemble(
    { jsonPath: '$.__proto__.polluted', stringValue: 'yes' },
    { jsonPath: '$.constructor.prototype.polluted', stringValue: 'yes' },
  )
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})
