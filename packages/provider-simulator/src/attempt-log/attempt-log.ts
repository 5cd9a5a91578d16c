import type { Provider } from '../wire/wire.ts'

/** One call a client made, as the provider saw it: what tests of routers and turns are checked against. */
export interface Attempt {
  /** Rises by one. */
  id: number
  /** When the request was complete, RFC 3339 UTC. */
  at: string
  provider: Provider
  endpoint: string
  /** As asked for, suffixes included. */
  model: string
  promptHash: string
  /** The first 200 characters of the last user message. */
  prompt: string
  stream: boolean
  /** Characters of the trailing assistant message. */
  prefillLength: number
  /** Whether that prefill was the answer's beginning, so that the rest was sent. */
  continued: boolean
  /** The faults that struck, joined by `+`; empty: none. */
  fault: string
  /** 0: no status was sent. */
  status: number
  tokensIn: number
  /** Output tokens that were really written to the connection. */
  tokensOut: number
  /** Output tokens of the whole answer, as its usage says (hidden reasoning included). */
  tokensInAnswer: number
  /** The provider's own word, once it has been sent. */
  finish: string | null
  /** `null` while it runs. `rejected`: an error that the request itself deserved; `shutdown`: the simulator closed. */
  endedBy: 'completed' | 'client-abort' | 'fault' | 'rejected' | 'shutdown' | null
  /** Milliseconds from the complete request to the first written token, and to the end. */
  firstTokenMs: number | null
  durationMs: number | null
  /** The last four characters of the key. */
  keyHint: string
  traceparent: string | null
}

export interface AttemptQuery {
  /** Attempts at or after this time (RFC 3339), or with a greater id (digits). */
  since?: string | undefined
  /** Attempts whose `prompt` contains this. */
  prompt?: string | undefined
}

export interface AttemptLog {
  /** The record that is kept; its maker goes on writing to it. */
  open: (attempt: Omit<Attempt, 'id'>) => Attempt
  list: (query?: AttemptQuery) => Attempt[]
  clear: () => void
}

/** Keeps the newest `capacity` attempts. */
export function createAttemptLog(capacity = 100_000): AttemptLog {
  let ring: Attempt[] = []
  let start = 0
  let nextId = 1
  return {
    open: (fields) => {
      const attempt: Attempt = { id: nextId, ...fields }
      nextId += 1
      if (ring.length < capacity) {
        ring.push(attempt)
      } else {
        ring[start] = attempt
        start = (start + 1) % capacity
      }
      return attempt
    },
    list: (query = {}) => {
      const ordered = start === 0 ? ring : [...ring.slice(start), ...ring.slice(0, start)]
      return ordered.filter((attempt) => matches(attempt, query)).map((attempt) => ({ ...attempt }))
    },
    clear: () => {
      ring = []
      start = 0
    },
  }
}

function matches(attempt: Attempt, query: AttemptQuery): boolean {
  if (query.prompt !== undefined && !attempt.prompt.includes(query.prompt)) return false
  if (query.since === undefined || query.since === '') return true
  if (/^\d+$/.test(query.since)) return attempt.id > Number(query.since)
  return Date.parse(attempt.at) >= Date.parse(query.since)
}
