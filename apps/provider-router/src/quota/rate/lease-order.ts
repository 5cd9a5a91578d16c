/** Where the shared books count something: the bucket's number, once they do. */
export interface Origin {
  bucket: number | undefined
}

/** Counted first, used afterwards. */
export interface Lease extends Origin {
  left: number
  readonly untilMs: number
}

/** Used first, counted afterwards. */
export interface Booking extends Origin {
  amount: number
  atMs: number
}

/** What a replica has to say to the shared books about one limit of one scope, and asks of them. */
export interface LeaseOrder {
  /** An order with the number of the replica's last one is that one again, and only answered. */
  readonly number: number
  readonly sentAtMs: number
  /** Leases are granted while all that is counted stays within this. */
  readonly leasable: number
  readonly want: number
  /** What one waiting call needs: whether there is room for it is in the answer. */
  readonly need: number
  readonly bookings: readonly Booking[]
  readonly returns: readonly { readonly bucket: number; readonly amount: number }[]
}

export interface LeaseAnswer {
  readonly granted: number
  /** Where the lease is counted. */
  readonly bucket: number
  /** Where the order's bookings are counted, in their order. */
  readonly bookingBuckets: readonly number[]
  /** All that is counted, this lease included. */
  readonly total: number
  /** Until there is room for what is needed beyond the lease; 0: there is. */
  readonly waitMs: number
  /** Whether the books still knew this replica's last order. */
  readonly isRemembered: boolean
}
