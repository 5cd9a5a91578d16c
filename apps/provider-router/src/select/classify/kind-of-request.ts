import { REQUEST_KINDS } from './classification.ts'
import type { RequestKind } from './classification.ts'
import type { RequestFacts } from './request-facts.ts'
import { firedSignals } from './signals/fired-signals.ts'
import type { SignalName } from './signals/signal-table.ts'
import { SIGNALS } from './signals/signal-table.ts'
import { messageFactsOf } from './text/message-facts.ts'

/** From so many votes on a message says by itself what it is about. */
const CLEAR = 1.5
/** "and in Python?", "still the same error", "yes, do it" */
const LONGEST_FOLLOW_UP_WORDS = 15
const EXAMINED_OF_EARLIER = 1_000
const LONGEST_PLAIN_QUESTION_WORDS = 7

interface Ballot {
  readonly kind: RequestKind
  readonly votes: number
  readonly fired: readonly SignalName[]
}

export interface KindFound {
  readonly kind: RequestKind
  /** The kind, had no tool been offered. */
  readonly ofText: RequestKind
  readonly votesOfText: number
  /** With those of the message that a follow-up goes on with. */
  readonly fired: readonly SignalName[]
}

/** The kind that most speaks for. */
export function kindOfRequest(facts: RequestFacts, fired: readonly SignalName[]): KindFound {
  const text = unlessUnclear(inContext(ballotOf(fired), facts), facts)
  const forTools = votesOf(fired).get('tool-use') ?? 0
  return {
    kind: forTools > 0 && forTools >= text.votes ? 'tool-use' : text.kind,
    ofText: text.kind,
    votesOfText: text.votes,
    fired: text.fired,
  }
}

/**
 * A short message that says nothing clear goes on with what was asked before, and is as hard: "yes" to the offer of a
 * proof is a wish for a proof.
 */
function inContext(own: Ballot, facts: RequestFacts): Ballot {
  if (own.votes >= CLEAR || facts.message.words > LONGEST_FOLLOW_UP_WORDS) return own
  for (const text of facts.earlier) {
    const message = messageFactsOf(text.slice(0, EXAMINED_OF_EARLIER))
    const before = ballotOf(firedSignals({ ...facts, message }))
    if (before.votes >= CLEAR && before.kind !== 'small-talk') {
      return { ...before, fired: [...new Set([...own.fired, ...before.fired])] }
    }
  }
  return own
}

/** Where many words hold nothing known to us, they may ask for anything: that is no place to save. */
function unlessUnclear(ballot: Ballot, { message }: RequestFacts): Ballot {
  const isUnclear =
    ballot.kind === 'simple-question' &&
    ballot.votes < CLEAR &&
    message.words > LONGEST_PLAIN_QUESTION_WORDS
  return isUnclear ? { ...ballot, kind: 'reasoning' } : ballot
}

function votesOf(fired: readonly SignalName[]): Map<RequestKind, number> {
  const votes = new Map<RequestKind, number>()
  for (const name of fired) {
    for (const [kind, vote] of SIGNALS[name].votes) votes.set(kind, (votes.get(kind) ?? 0) + vote)
  }
  return votes
}

/** Tool use apart; of equals the later one in the list of kinds, which asks for more. */
function ballotOf(fired: readonly SignalName[]): Ballot {
  const votes = votesOf(fired)
  let best: Ballot = { kind: 'simple-question', votes: 0, fired }
  for (const kind of REQUEST_KINDS) {
    const count = votes.get(kind) ?? 0
    if (kind !== 'tool-use' && count > 0 && count >= best.votes)
      best = { kind, votes: count, fired }
  }
  return best
}
