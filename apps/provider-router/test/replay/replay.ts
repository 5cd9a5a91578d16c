/** How a recorded body is cut into writes, and where it breaks off. */
export interface ReplayBehaviour {
  /** Bytes a write, or `line`, `event`, `all`, `random:SEED`. */
  readonly chunk: string
  /** Send only so much of the body, as `60%`; null sends all of it … */
  readonly truncate: string | null
  /** … and then end the response cleanly or drop the connection. */
  readonly truncateHow: 'end' | 'destroy'
}

/** A server that answers `{origin}/f/NAME/…` with the exchange of that name. */
export interface Replay {
  readonly origin: string
  behave(behaviour: Partial<ReplayBehaviour>): Promise<void>
  close(): Promise<void>
}

export const plainBehaviour: ReplayBehaviour = {
  chunk: 'all',
  truncate: null,
  truncateHow: 'end',
}
