import { row } from '../../router/run/results.ts'
import type { Row } from '../../router/run/results.ts'
import type { MixedLoad } from './mixed-load.ts'

export function mixedRows(
  load: MixedLoad,
  at: { perSecond: number; size: string; mostP95Ms: number },
): Row[] {
  const name = `mixed load at ${at.size}`
  const { calls, failed, seconds, transactions } = load
  return [
    row(`${name}: calls`, calls / seconds, '/s', { atLeast: at.perSecond * 0.99 }),
    row(`${name}: transactions`, transactions / seconds, '/s'),
    row(`${name}: failed`, failed, 'calls', { atMost: 0 }),
    row(`${name}: p50`, load.p50Ms, 'ms'),
    row(`${name}: p95`, load.p95Ms, 'ms', { atMost: at.mostP95Ms }),
    row(`${name}: p99`, load.p99Ms, 'ms'),
    ...[...load.byCall]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([call, { p95Ms }]) => row(`${name}: ${call}: p95`, p95Ms, 'ms')),
  ]
}
