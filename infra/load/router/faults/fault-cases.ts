/**
 * How a call ends, as its caller sees it. `exact`: complete, and the simulator's text to the letter. `filtered`: the
 * provider's filter has ended it, and it says so. `error`: an error with a code, whatever came before it. `broken`:
 * the connection failed. `cut short`: it looks complete and is not the text; the worst, and never right.
 */
export type Ending = 'exact' | 'filtered' | 'error' | 'broken' | 'cut short'

export interface Expectation {
  /** Any of these. */
  readonly endings: readonly Ending[]
  /** Of an error. */
  readonly code?: string
  /** Calls that the provider sees for each of the caller's: at least and at most, on average. */
  readonly attempts: readonly [number, number]
  /** Who finished it; absent: whoever. */
  readonly answeredBy?: 'primary' | 'fallback'
  readonly withinMs: number
}

export interface FaultCase {
  readonly id: string
  readonly name: string
  /** What the simulator does to the first deployment's calls, and to the second's: suffixes of a model's name. */
  readonly primary: string
  readonly fallback?: string
  /** Of each caller at each replica; default 1. */
  readonly calls?: number
  readonly expected: Expectation
  /** Where an answer that is not streamed fares otherwise. */
  readonly whole?: Partial<Expectation>
  /** Where a stream whose reader cannot be told to begin again does. */
  readonly plainStream?: Partial<Expectation>
}

/** Short, so that the whole table takes a minute. */
export const TIME_LIMITS = {
  connectMs: 500,
  firstTokenMs: 800,
  idleMs: 600,
  totalMs: 6_000,
  wholeMs: 1_500,
}

export const ANSWER_TOKENS = 40
export const TOKENS_PER_SECOND = 200
const ANSWER_MS = (ANSWER_TOKENS / TOKENS_PER_SECOND) * 1_000
/** What the router and a busy machine may add. */
const SLACK_MS = 800

const PROMPTLY_MS = ANSWER_MS + SLACK_MS
/** An answer that is complete must not wait until the router gives up on its connection. */
const AT_ONCE_MS = ANSWER_MS + TIME_LIMITS.idleMs - 100

const rescued: Expectation = {
  endings: ['exact'],
  attempts: [2, 2],
  answeredBy: 'fallback',
  withinMs: PROMPTLY_MS,
}
const undisturbed: Expectation = {
  endings: ['exact'],
  attempts: [1, 1],
  answeredBy: 'primary',
  withinMs: PROMPTLY_MS,
}
const afterFirstToken = { ...rescued, withinMs: TIME_LIMITS.firstTokenMs + PROMPTLY_MS }
const afterIdle = { ...rescued, withinMs: TIME_LIMITS.idleMs + PROMPTLY_MS }
const afterWhole = { withinMs: TIME_LIMITS.wholeMs + PROMPTLY_MS }

/** What must come of each fault. */
export const FAULT_CASES: readonly FaultCase[] = [
  {
    id: '429-seconds',
    name: '429 with Retry-After in seconds',
    primary: '429-retry-after-2',
    expected: rescued,
  },
  {
    id: '429-date',
    name: '429 with Retry-After as a date',
    primary: '429-retry-date-2',
    expected: rescued,
  },
  { id: '429', name: '429 without Retry-After', primary: '429', expected: rescued },
  {
    id: '500-once',
    name: '500 once',
    primary: '500-once',
    expected: { ...rescued, answeredBy: undefined },
  },
  { id: '503', name: '503 for ever', primary: '503', expected: rescued },
  { id: 'reset', name: 'reset before headers', primary: 'reset-before-headers', expected: rescued },
  {
    id: 'silence',
    name: 'silence',
    primary: 'hang',
    expected: afterFirstToken,
    whole: afterWhole,
  },
  {
    id: 'slow',
    name: 'slow first token',
    primary: 'slow-first-token-4000',
    expected: afterFirstToken,
    whole: afterWhole,
  },
  { id: 'cut', name: 'cut mid-answer', primary: 'cut-after-8', expected: rescued },
  { id: 'end', name: 'clean end mid-answer', primary: 'end-after-8', expected: rescued },
  {
    id: 'stall',
    name: 'stall mid-answer',
    primary: 'stall-after-8',
    expected: afterIdle,
    whole: afterWhole,
  },
  {
    id: 'pings',
    name: 'only keep-alives mid-answer',
    primary: 'pings-after-8',
    expected: afterIdle,
    whole: afterWhole,
  },
  {
    id: 'malformed',
    name: 'malformed event',
    primary: 'garbage-after-8',
    expected: undisturbed,
    // The simulator leaves the document unfinished.
    whole: rescued,
  },
  {
    id: 'no-marker',
    name: 'no end marker',
    primary: 'no-end-marker',
    expected: undisturbed,
  },
  {
    id: 'no-marker-open',
    name: 'no end marker, connection left open',
    primary: 'no-end-marker-open',
    expected: { ...undisturbed, withinMs: AT_ONCE_MS },
    whole: undisturbed,
  },
  {
    id: 'error-event',
    name: 'error event mid-stream',
    primary: 'error-after-8',
    expected: rescued,
  },
  {
    id: 'context',
    name: 'context too long, a larger model stands by',
    primary: 'context-length',
    expected: rescued,
  },
  {
    id: 'context-everywhere',
    name: 'context too long everywhere',
    primary: 'context-length',
    fallback: 'context-length',
    expected: {
      endings: ['error'],
      code: 'context-too-long',
      attempts: [1, 2],
      withinMs: PROMPTLY_MS,
    },
  },
  {
    id: 'blocked',
    name: 'prompt refused by content policy',
    primary: 'prompt-blocked',
    expected: {
      // Gemini says it in the place of an answer, not as an error.
      endings: ['error', 'filtered'],
      code: 'content-filtered',
      attempts: [1, 1],
      answeredBy: 'primary',
      withinMs: PROMPTLY_MS,
    },
  },
  {
    id: 'filtered',
    name: 'content filter in the answer',
    primary: 'content-filter',
    expected: {
      endings: ['filtered', 'error'],
      code: 'content-filtered',
      attempts: [1, 1],
      answeredBy: 'primary',
      withinMs: PROMPTLY_MS,
    },
  },
  {
    id: 'no-prefill',
    name: 'cut, and the fallback refuses prefill',
    primary: 'cut-after-8',
    fallback: 'no-prefill',
    expected: { ...rescued, attempts: [2, 3] },
    // What it has been sent cannot be taken back; the second answer is the first one's only with luck.
    plainStream: { endings: ['exact', 'error'], answeredBy: undefined },
  },
  {
    id: 'flapping',
    name: 'flapping primary, each third call fails',
    primary: 'flap-3',
    calls: 12,
    expected: {
      endings: ['exact'],
      attempts: [1, 1.4],
      withinMs: PROMPTLY_MS,
    },
  },
  {
    id: 'byte-a-second',
    name: 'one byte a second',
    primary: 'one-byte-per-second',
    expected: afterFirstToken,
    whole: afterWhole,
  },
]

export function expectationOf(
  fault: FaultCase,
  caller: { stream: boolean; readsEvents: boolean },
): Expectation {
  return {
    ...fault.expected,
    ...(caller.stream ? {} : fault.whole),
    ...(caller.stream && !caller.readsEvents ? fault.plainStream : {}),
  }
}

/** Such as `exact by the fallback, 2 attempts, <= 1000 ms`. */
export function describeExpectation({
  endings,
  code,
  attempts: [fewest, most],
  answeredBy,
  withinMs,
}: Expectation): string {
  const who = answeredBy === undefined || endings[0] === 'error' ? '' : ` by the ${answeredBy}`
  const count = fewest === most ? `${most}` : `${fewest} to ${most}`
  return `${endings.join(' or ')}${who}${code === undefined ? '' : ` (${code})`}, attempts ${count}, <= ${withinMs} ms`
}
