import { REQUEST_KINDS } from './classification.ts'
import type { RequestKind } from './classification.ts'
import type { RequestFacts } from './request-facts.ts'
import { firedSignals } from './signals/fired-signals.ts'
import type { SignalName } from './signals/signal-table.ts'
import { SIGNALS } from './signals/signal-table.ts'
import { messageFactsOf } from './text/message-facts.ts'

/** From so many votes on a message says by itself what it is about. */
const CLEAR = 1.5
/** "and in Python?", "still the same error" */
const LONGEST_FOLLOW_UP_WORDS = 15
const EXAMINED_OF_EARLIER = 1_000

interface Vote {
  readonly kind: RequestKind
  readonly votes: number
}

/**
 * The kind that most speaks for.
 * @returns `ofText` the same, had no tool been offered
 */
export function kindOfRequest(
  facts: RequestFacts,
  fired: readonly SignalName[],
): { kind: RequestKind; ofText: RequestKind; votesOfText: number } {
  const votes = votesOf(fired)
  const text = inContext(mostVoted(votes), facts)
  const forTools = votes.get('tool-use') ?? 0
  return {
    kind: forTools > 0 && forTools >= text.votes ? 'tool-use' : text.kind,
    ofText: text.kind,
    votesOfText: text.votes,
  }
}

/** A short message that says nothing clear goes on with what was asked before. */
function inContext(own: Vote, facts: RequestFacts): Vote {
  if (own.votes >= CLEAR || facts.message.words > LONGEST_FOLLOW_UP_WORDS) return own
  for (const text of facts.earlier) {
    const message = messageFactsOf(text.slice(0, EXAMINED_OF_EARLIER))
    const before = mostVoted(votesOf(firedSignals({ ...facts, message })))
    if (before.votes >= CLEAR && before.kind !== 'small-talk') return before
  }
  return own
}

function votesOf(fired: readonly SignalName[]): Map<RequestKind, number> {
  const votes = new Map<RequestKind, number>()
  for (const name of fired) {
    for (const [kind, vote] of SIGNALS[name].votes) votes.set(kind, (votes.get(kind) ?? 0) + vote)
  }
  return votes
}

/** Tool use apart; of equals the later one in the list of kinds, which asks for more. */
function mostVoted(votes: ReadonlyMap<RequestKind, number>): Vote {
  let best: Vote = { kind: 'simple-question', votes: 0 }
  for (const kind of REQUEST_KINDS) {
    const count = votes.get(kind) ?? 0
    if (kind !== 'tool-use' && count > 0 && count >= best.votes) best = { kind, votes: count }
  }
  return best
}
