import { LiveTurn } from './live-turn.ts'

/** The turns that this process runs at the moment. */
export interface LiveTurns {
  readonly size: number
  get(turnId: string): LiveTurn | undefined
  open(turnId: string): LiveTurn
  /** Readers that already follow it read on to its end. */
  close(turnId: string): void
  /** Calls `hear` with each turn that opens. */
  onOpen(hear: (turnId: string) => void): void
}

export function createLiveTurns(): LiveTurns {
  const turns = new Map<string, LiveTurn>()
  const listeners: ((turnId: string) => void)[] = []
  return {
    get size() {
      return turns.size
    },
    get: (turnId) => turns.get(turnId),
    open(turnId) {
      const turn = new LiveTurn()
      turns.set(turnId, turn)
      for (const hear of listeners) hear(turnId)
      return turn
    },
    close: (turnId) => void turns.delete(turnId),
    onOpen: (hear) => void listeners.push(hear),
  }
}
