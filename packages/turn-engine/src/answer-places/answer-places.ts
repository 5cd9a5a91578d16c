import type { Pseudonymizer } from '@brainlyx/db'
import type { TurnObserver } from '../run-turn/run-turn.ts'
import { answersKey, userSubject } from './place-lease.ts'
import type { PlaceLease } from './place-lease.ts'

export interface AnswerPlaces {
  /** Holds the places of the answers that are written here, those of waiting turns that have begun included. */
  readonly observer: Pick<TurnObserver, 'started' | 'stored' | 'ended'>
  isHeld(turnId: string): boolean
}

/** Each answer has a place among those of its user, under its turn's id, wherever it is written. */
export function createAnswerPlaces(options: {
  store: { hold(lease: PlaceLease): void; release(lease: PlaceLease): void }
  pseudonymOf: Pseudonymizer
}): AnswerPlaces {
  const { store, pseudonymOf } = options
  const held = new Set<string>()
  const leaseOf = ({ userId, turnId }: { userId: string; turnId: string }): PlaceLease => ({
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
      stored: (turn) => release(turn),
      ended: (_outcome, _elapsedMs, turn) => release(turn),
    },
    isHeld: (turnId) => held.has(turnId),
  }
}
