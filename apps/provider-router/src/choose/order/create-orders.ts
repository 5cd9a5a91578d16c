import type { Strategy } from '../../config/router-file.ts'
import { auto } from './auto.ts'
import { cheapest } from './cheapest.ts'
import { withChance } from './first-place.ts'
import { geographic } from './geographic.ts'
import { withLastResorts } from './last-resorts.ts'
import { leastLoaded } from './least-loaded.ts'
import { lowestLatency } from './lowest-latency.ts'
import type { Order } from './order.ts'
import { priority } from './priority.ts'
import { createRoundRobin } from './round-robin.ts'
import { isLargeEnough } from './tier.ts'
import { withWarmFirst } from './warm-first.ts'
import { createWeighted } from './weighted.ts'

/**
 * All strategies, once a process, since some count turns. Round robin and weighted know breaker weights and kept
 * prompts themselves: they are a part of what they count. `cheapest` and `auto` have their own rules for kept prompts,
 * and `priority` is the operator's word.
 */
export function createOrders(): Readonly<Record<Strategy, Order>> {
  return {
    priority: withLastResorts(withChance(priority)),
    'round-robin': withLastResorts(createRoundRobin()),
    weighted: withLastResorts(createWeighted()),
    'least-loaded': withLastResorts(withWarmFirst(withChance(leastLoaded))),
    'lowest-latency': withLastResorts(withWarmFirst(withChance(lowestLatency))),
    geographic: withLastResorts(withWarmFirst(withChance(geographic))),
    cheapest: withLastResorts(withChance(cheapest, isLargeEnough)),
    auto: withLastResorts(withChance(auto, isLargeEnough)),
  }
}
