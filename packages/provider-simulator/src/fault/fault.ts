import type { Pace } from '../pace/pace.ts'

/** What goes wrong with one answer. N counts output tokens of every kind, reasoning included. */
export type Fault =
  | { kind: 'status'; status: number; retryAfter?: { form: 'seconds' | 'date'; seconds: number } }
  | { kind: 'quota' }
  | { kind: 'context-length' }
  | { kind: 'prompt-blocked' }
  /** Takes the request and never answers. */
  | { kind: 'hang' }
  | { kind: 'reset-before-headers' }
  | { kind: 'slow-first-token'; delayMs: number }
  | { kind: 'midway'; action: MidwayAction; afterTokens: number }
  /** Finishes, but without `[DONE]`, `message_stop` or `response.completed`; `open`: and never ends the body. */
  | { kind: 'no-end-marker'; open: boolean }
  | { kind: 'content-filter' }
  | { kind: 'refusal' }
  /** 400 where the last message is the assistant's. */
  | { kind: 'no-prefill' }
  | { kind: 'one-byte'; everyMs: number }

/**
 * `cut`: the socket is closed; `end`: the body ends as if it were complete; `stall`: silence on an open connection;
 * `pings`: nothing but a keep-alive a second; `garbage`: one malformed event, then on; `error`: the provider's own
 * error event, then the end.
 */
export type MidwayAction = 'cut' | 'end' | 'stall' | 'pings' | 'garbage' | 'error'

/** A fault as named: on which attempts it strikes. */
export interface NamedFault {
  /** As written, `sim-` left out: `cut-after-5-once`. */
  name: string
  fault: Fault
  /** Only the first attempt of a prompt at this model. */
  once: boolean
  /** Only each Nth attempt at this model; 1: each. */
  everyNth: number
}

export interface ModelName {
  /** Without faults and pace: what the answer calls the model. */
  base: string
  faults: NamedFault[]
  pace: Partial<Pace>
  /** Suffixes that mean nothing: a mistake in a test, which must be heard. */
  unknown: string[]
}
