/** What happens at once for some minutes. */
export interface Phase {
  readonly name: string
  /** People signed in, each with a chat of their own. */
  readonly sessions: number
  /** Beside the messages sent. */
  readonly requestsPerHour: number
  readonly databaseOperationsPerSecond: number
  /** Messages sent, each a call to a model; a first one brings a second, for the chat's title. */
  readonly aiCallsPerMinute: number
  /** Of the whole run. */
  readonly share: number
}

/** The strategy's baseline, and what it grows by: 3 times the sessions, 5 times the requests, 10 times the AI calls. */
export const PHASES: readonly Phase[] = [
  {
    name: 'baseline',
    sessions: 1_000,
    requestsPerHour: 10_000,
    databaseOperationsPerSecond: 100,
    aiCallsPerMinute: 500,
    share: 2 / 3,
  },
  {
    name: 'growth',
    sessions: 3_000,
    requestsPerHour: 50_000,
    databaseOperationsPerSecond: 100,
    aiCallsPerMinute: 5_000,
    share: 1 / 3,
  },
]
