import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EdgeTable } from './edge-table.ts'

test('holds what was set last, and nothing else, however much it grows', () => {
  const edge = fc.record({ from: fc.nat(40), unit: fc.nat(0xffff), to: fc.nat() })
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
