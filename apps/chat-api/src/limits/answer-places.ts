import type { Pseudonymizer } from '@brainlyx/db'
import type { TurnObserver } from '@brainlyx/turn-engine'
import { answersKey } from './limit-plan.ts'
import { userSubject } from './limit-subject.ts'
import type { LimitStore } from './store/limit-store.ts'

export interface AnswerPlaces {
  /** Holds the places of the answers that are written here, those of waiting turns that have begun included. */
  readonly observer: Pick<TurnObserver, 'started' | 'stored' | 'ended'>
  isHeld(turnId: string): boolean
}

/** @param onRefusedContent a provider's filter ended this user's answer */
export function createAnswerPlaces(options: {
  store: Pick<LimitStore, 'hold' | 'release'>
  pseudonymOf: Pseudonymizer
  onRefusedContent: (userId: string) => void
}): AnswerPlaces {
  const { store, pseudonymOf, onRefusedContent } = options
  const held = new Set<string>()
  const leaseOf = ({ userId, turnId }: { userId: string; turnId: string }) => ({
    key: answersKey(userSubject(pseudonymOf, userId)),
    leaseId: turnId,
  })
  function release(turn: { userId: string; turnId: string }): void {
    if (held.delete(turn.turnId)) store.release(leaseOf(turn))
  }
  return {
    observer: {
      started(turn) {
        held.add(turn.turnId)
        store.hold(leaseOf(turn))
      },
      stored(turn, finish) {
        release(turn)
        if (finish === 'content-filter') onRefusedContent(turn.userId)
      },
      ended: (_outcome, _elapsedMs, turn) => release(turn),
    },
    isHeld: (turnId) => held.has(turnId),
  }
}
