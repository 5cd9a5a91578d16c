import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EdgeTable } from './edge-table.ts'

test('holds what was set last, and nothing else, however much it grows', () => {
  const node = fc.oneof(fc.nat(40), fc.nat(0xfffe))
  const edge = fc.record({ from: node, unit: fc.nat(0xffff), to: node })
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 300 }), fc.array(edge), (edges, others) => {
      const table = new EdgeTable()
      const expected = new Map<string, number>()
      for (const { from, unit, to } of edges) {
        table.set(from, unit, to)
        expected.set(`${from} ${unit}`, to)
      }
      for (const { from, unit } of [...edges, ...others]) {
        expect(table.get(from, unit)).toBe(expected.get(`${from} ${unit}`) ?? -1)
      }
    }),
  )
})

test('refuses more nodes than its keys can tell apart', () => {
  expect(() => new EdgeTable().set(0, 97, 0xffff)).toThrow(RangeError)
})
