import type { AttemptLog } from '../attempt-log/attempt-log.ts'
import type { PromptCache } from '../conversation/prompt-cache.ts'
import type { FaultBook } from '../fault/fault-book.ts'
import type { Pace } from '../pace/pace.ts'
import type { TickWheel } from '../pace/tick-wheel.ts'

/** What all exchanges of one simulator share. */
export interface SimulatorState {
  wheel: TickWheel
  log: AttemptLog
  faults: FaultBook
  promptCache: PromptCache
  /** The default pace; the control API changes it. */
  pace: Pace
  /** What ends each call that is being answered, for when the simulator closes. */
  running: Set<(endedBy: 'shutdown') => void>
}
