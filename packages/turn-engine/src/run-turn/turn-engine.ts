import { createLiveTurns } from '../turn-log/live-turns.ts'
import type { LiveTurns } from '../turn-log/live-turns.ts'
import type { Hints } from '../turn-log/turn-hints.ts'
import { runTurn } from './run-turn.ts'
import type { RunTurnDependencies } from './run-turn.ts'
import { findStopRequests, stopChannel } from './stop-requests.ts'
import { TurnControl } from './turn-control.ts'
import type { EndReason } from './turn-control.ts'
import type { TurnToRun } from './turn-to-run.ts'

/** Hints may be lost; with this poll a stop still takes effect within a second. */
const STOP_POLL_MS = 500

export interface TurnEngine {
  /** The turns that run here, for readers in this process. */
  readonly liveTurns: LiveTurns
  readonly running: number
  /** Runs an accepted turn, detached from whoever asked for it. */
  start(turn: TurnToRun): void
  /** Stops a turn at once where it runs here. */
  stop(turnId: string): void
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>
  /** Ends everything that runs, keeping what was answered; for a process whose time is up. */
  interruptAll(): void
  close(): void
}

/** Runs turns and hears their stops: by hint, and by a poll of one query for all of them while any runs. */
export function createTurnEngine(
  dependencies: RunTurnDependencies & { owner: string; hints: Hints },
): TurnEngine {
  const { db, logger, owner, hints } = dependencies
  const liveTurns = createLiveTurns()
  const running = new Map<string, { control: TurnControl; done: Promise<void> }>()
  const end = (turnId: string, reason: EndReason): void => running.get(turnId)?.control.end(reason)
  const stopListening = hints.listen(stopChannel(owner), (turnId) => end(turnId, 'stopped'))

  async function pollStops(): Promise<void> {
    if (running.size === 0) return
    for (const turnId of await findStopRequests(db, owner)) end(turnId, 'stopped')
  }
  const poll = setInterval(() => {
    pollStops().catch((error: unknown) => logger.warn({ err: error }, 'could not look for stops'))
  }, STOP_POLL_MS)

  async function run(turn: TurnToRun, control: TurnControl): Promise<void> {
    const live = liveTurns.open(turn.turnId)
    try {
      const outcome = await runTurn(dependencies, turn, live, control)
      logger.info({ turnId: turn.turnId, outcome }, 'turn ended')
    } catch (error) {
      logger.error({ err: error, turnId: turn.turnId }, 'a turn crashed')
      live.finish('lost')
    } finally {
      liveTurns.close(turn.turnId)
      running.delete(turn.turnId)
    }
  }

  return {
    liveTurns,
    get running() {
      return running.size
    },
    start(turn) {
      const control = new TurnControl()
      // The entry must stand before the turn can end.
      const gate = Promise.withResolvers<void>()
      running.set(turn.turnId, { control, done: gate.promise })
      void run(turn, control).finally(() => gate.resolve())
    },
    stop: (turnId) => end(turnId, 'stopped'),
    async idle() {
      while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done))
    },
    interruptAll() {
      for (const turnId of running.keys()) end(turnId, 'interrupted')
    },
    close() {
      clearInterval(poll)
      stopListening()
    },
  }
}
