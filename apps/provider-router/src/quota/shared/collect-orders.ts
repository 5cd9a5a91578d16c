import type { CallSlots } from '../calls/call-slots.ts'
import type { ScopeCluster } from '../limited-rate.ts'
import type { RateSlice } from '../rate/rate-slice.ts'
import type { ScopeState } from '../scope-state.ts'
import type { Answers, Orders } from './shared-books.ts'

/** What goes out together, and who waits for the answers. */
export interface Dispatch {
  readonly orders: Orders
  readonly slices: readonly RateSlice[]
  readonly calls: readonly CallSlots[]
}

/** Of each scope all that there is to tell and to ask, also what could wait. */
export function collectOrders(
  states: Iterable<ScopeState>,
  nowMs: number,
  clusterOf: (scopeId: string) => ScopeCluster,
): Dispatch {
  const leases: Orders['leases'][number][] = []
  const slots: Orders['slots'][number][] = []
  const slices: RateSlice[] = []
  const calls: CallSlots[] = []
  for (const state of states) {
    const { id: scopeId, concurrency } = state
    const cluster = clusterOf(scopeId)
    for (const kind of ['requests', 'tokens'] as const) {
      const due = state[kind].due(nowMs, cluster, true)
      if (due === undefined) continue
      leases.push({ scopeId, kind, order: due.slice.nextOrder(nowMs, due.terms) })
      slices.push(due.slice)
    }
    if (concurrency !== undefined && state.calls.isDueLater(nowMs)) {
      slots.push({ scopeId, order: state.calls.nextOrder(concurrency, nowMs, cluster) })
      calls.push(state.calls)
    }
  }
  return { orders: { leases, slots }, slices, calls }
}

/** @param answers undefined: none came */
export function deliverAnswers(
  { slices, calls }: Dispatch,
  answers: Answers | undefined,
  { nowMs, random }: { nowMs: number; random: () => number },
): void {
  for (const [index, slice] of slices.entries()) {
    slice.answer(unlessError(answers?.leases[index]), nowMs, random())
  }
  for (const [index, each] of calls.entries()) {
    each.answer(unlessError(answers?.slots[index]), nowMs)
  }
}

function unlessError<Answer>(answer: Answer | Error | undefined): Answer | undefined {
  return answer instanceof Error ? undefined : answer
}
