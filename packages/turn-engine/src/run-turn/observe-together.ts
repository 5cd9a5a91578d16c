import type { TurnObserver } from './run-turn.ts'

/** Measurements, and what else follows a turn from its start to its end. */
export function observeTogether(
  first: TurnObserver,
  second: Pick<TurnObserver, 'started' | 'stored' | 'ended'>,
): TurnObserver {
  return {
    started(turn) {
      first.started(turn)
      second.started(turn)
    },
    firstToken: (elapsedMs) => first.firstToken(elapsedMs),
    stored(turn, finish) {
      first.stored(turn, finish)
      second.stored(turn, finish)
    },
    ended(outcome, elapsedMs, turn) {
      first.ended(outcome, elapsedMs, turn)
      second.ended(outcome, elapsedMs, turn)
    },
  }
}
