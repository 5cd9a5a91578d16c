import { row } from '../../router/run/results.ts'
import type { Row } from '../../router/run/results.ts'
import type { Measured } from './measure-sizes.ts'

/** Of each operation: what it takes in each database, and the largest's share of the smallest's. */
export function sizeRows(measured: readonly Measured[]): Row[] {
  const operations = [...new Set(measured.map(({ operation }) => operation))]
  return operations.flatMap((operation) => {
    const sizes = measured.filter((each) => each.operation === operation)
    const [smallest, largest] = [sizes[0], sizes.at(-1)]
    const { name, mostGrowth } = operation
    const goal = mostGrowth === undefined ? undefined : { atMost: mostGrowth }
    const growth = (what: 'p50Ms' | 'p95Ms' | 'buffers'): number =>
      (largest?.[what] ?? 0) / (smallest?.[what] ?? 0)
    return [
      ...sizes.flatMap(({ size, p50Ms, p95Ms, firstP50Ms, buffers }) => [
        row(`${name}: ${size}: p50`, p50Ms, 'ms'),
        row(`${name}: ${size}: p95`, p95Ms, 'ms'),
        row(`${name}: ${size}: p50, first time`, firstP50Ms, 'ms'),
        row(`${name}: ${size}: buffers`, buffers, 'pages'),
      ]),
      ...(sizes.length < 2
        ? []
        : [
            row(`${name}: p50, ${largest?.size} to ${smallest?.size}`, growth('p50Ms'), '×', goal),
            row(`${name}: p95, ${largest?.size} to ${smallest?.size}`, growth('p95Ms'), '×', goal),
            row(
              `${name}: buffers, ${largest?.size} to ${smallest?.size}`,
              growth('buffers'),
              '×',
              goal,
            ),
          ]),
    ]
  })
}

/** One line an operation and size, to read. */
export function sizeTable(measured: readonly Measured[]): object[] {
  return measured.map(({ operation, size, places, p50Ms, p95Ms, firstP50Ms, buffers }) => ({
    operation: operation.name,
    size,
    places,
    'p50 ms': round(p50Ms),
    'p95 ms': round(p95Ms),
    'first time p50 ms': round(firstP50Ms),
    buffers: round(buffers),
  }))
}

function round(value: number): number {
  return Number(value.toFixed(2))
}
