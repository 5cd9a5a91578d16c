import type { Provider } from '../wire/wire.ts'
import type { NamedFault } from './fault.ts'
import { parseFault } from './parse-model-name.ts'

/** A fault set from outside, without renaming a model. */
export interface FaultOrder {
  /** Absent: any. */
  provider?: Provider | undefined
  /** The model's name with or without its own suffixes; absent: any. */
  model?: string | undefined
  /** As in a model's name: `cut-after-5`, `429-retry-after-2`, `every-3-500`. */
  fault: string
  /** How many attempts it strikes; absent: until the faults are cleared. */
  times?: number | undefined
}

interface AttemptKey {
  provider: Provider
  /** As asked for, suffixes included. */
  model: string
  base: string
  promptHash: string
}

export interface FaultBook {
  /** @throws an Error where `order.fault` is no fault. */
  set: (order: FaultOrder) => void
  clear: () => void
  /** The faults that strike this attempt, counting it: those of its model's name, then those set from outside. */
  strike: (key: AttemptKey, named: readonly NamedFault[]) => NamedFault[]
}

const mostCounters = 100_000

export function createFaultBook(): FaultBook {
  let orders: { order: FaultOrder; fault: NamedFault; left: number }[] = []
  const counters = new Map<string, number>()

  const count = (key: string): number => {
    const next = (counters.get(key) ?? 0) + 1
    counters.delete(key)
    counters.set(key, next)
    if (counters.size > mostCounters) {
      const oldest = counters.keys().next()
      if (!oldest.done) counters.delete(oldest.value)
    }
    return next
  }
  const strikesNow = (key: AttemptKey, named: NamedFault): boolean => {
    const scope = `${key.provider}|${key.model}|${named.name}`
    if (named.once && count(`${scope}|${key.promptHash}`) > 1) return false
    return named.everyNth === 1 || count(scope) % named.everyNth === 0
  }
  const matches = (order: FaultOrder, key: AttemptKey): boolean =>
    (order.provider === undefined || order.provider === key.provider) &&
    (order.model === undefined || order.model === key.model || order.model === key.base)

  return {
    set: (order) => {
      const fault = parseFault(order.fault)
      if (fault === undefined) throw new Error(`there is no fault named ${order.fault}`)
      orders.push({ order, fault, left: order.times ?? Number.POSITIVE_INFINITY })
    },
    clear: () => {
      orders = []
      counters.clear()
    },
    strike: (key, named) => {
      const striking = named.filter((each) => strikesNow(key, each))
      for (const each of orders) {
        if (!matches(each.order, key) || !strikesNow(key, each.fault)) continue
        each.left -= 1
        striking.push(each.fault)
      }
      orders = orders.filter((each) => each.left > 0)
      return striking
    },
  }
}
