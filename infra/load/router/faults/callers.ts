/** Who calls, and how. */
export interface Caller {
  readonly id: string
  readonly name: string
  readonly stream: boolean
  /** Sends `x-brainlyx-events: 1`, and so can be told to forget what it has; an OpenAI SDK cannot. */
  readonly readsEvents: boolean
}

export const CALLERS: readonly Caller[] = [
  { id: 'plain-stream', name: 'plain, streamed', stream: true, readsEvents: false },
  { id: 'plain-whole', name: 'plain, whole', stream: false, readsEvents: false },
  { id: 'events-stream', name: 'events, streamed', stream: true, readsEvents: true },
  { id: 'events-whole', name: 'events, whole', stream: false, readsEvents: true },
]
