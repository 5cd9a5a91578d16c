import type { SlotAnswer, SlotOrder } from '../calls/slot-order.ts'
import type { SharedPause } from '../pause/pauses.ts'
import type { LeaseAnswer, LeaseOrder } from '../rate/lease-order.ts'

export type RateKind = 'requests' | 'tokens'

/** Everything that a replica has to tell and to ask at one time. */
export interface Orders {
  readonly leases: readonly {
    readonly scopeId: string
    readonly kind: RateKind
    readonly order: LeaseOrder
  }[]
  readonly slots: readonly { readonly scopeId: string; readonly order: SlotOrder }[]
}

/** In the order of the orders; an Error where one failed. */
export interface Answers {
  readonly leases: readonly (LeaseAnswer | Error)[]
  readonly slots: readonly (SlotAnswer | Error)[]
  readonly pauses: readonly SharedPause[]
}

/** Where the replicas keep what they share. */
export interface SharedBooks {
  readonly isReachable: boolean
  /** @throws where no answer came; what was ordered may have been carried out all the same */
  exchange(orders: Orders): Promise<Answers>
  /** @throws likewise */
  record(pause: SharedPause): Promise<void>
}
