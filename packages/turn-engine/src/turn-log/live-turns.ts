import { LiveTurn } from './live-turn.ts'

/** The turns that this process runs at the moment. */
export interface LiveTurns {
  readonly size: number
  get(turnId: string): LiveTurn | undefined
  open(turnId: string): LiveTurn
  /** Readers that already follow it read on to its end. */
  close(turnId: string): void
}

export function createLiveTurns(): LiveTurns {
  const turns = new Map<string, LiveTurn>()
  return {
    get size() {
      return turns.size
    },
    get: (turnId) => turns.get(turnId),
    open(turnId) {
      const turn = new LiveTurn()
      turns.set(turnId, turn)
      return turn
    },
    close: (turnId) => void turns.delete(turnId),
  }
}
