import { findStopRequests, releaseIdleTurns, releaseTurn } from '@brainlyx/db'
import type { TurnRow } from '@brainlyx/db'
import { setTimeout as delay } from 'node:timers/promises'
import { createLiveTurns } from '../turn-log/live-turns.ts'
import type { LiveTurns } from '../turn-log/live-turns.ts'
import type { Hints } from '../turn-log/turn-hints.ts'
import { readWholeLog } from './read-whole-log.ts'
import { planResumption } from './resumption.ts'
import type { Resumption } from './resumption.ts'
import { runTurn } from './run-turn.ts'
import type { RunTurnDependencies } from './run-turn.ts'
import { stopChannel } from './stop-channel.ts'
import { TurnControl } from './turn-control.ts'
import type { EndReason } from './turn-control.ts'
import { turnSoFar } from './turn-so-far.ts'
import { claimedTurn, promotedTurn } from './turn-to-run.ts'
import type { TurnToRun } from './turn-to-run.ts'

/** Hints may be lost; with this poll a stop still takes effect within a second. */
const STOP_POLL_MS = 500
/** Each so many polls the process also looks for what it owns and does not run. */
const POLLS_PER_LOOK_OUT = 4
/** A turn that changed hands so recently may be on its way to `start`. */
const IDLE_MS = 5_000

export interface TurnEngineDependencies extends Omit<RunTurnDependencies, 'nextOwner' | 'sleep'> {
  /** `processes.id` of this process. */
  readonly owner: string
  readonly hints: Hints
  /** Rejects when `signal` aborts. */
  readonly sleep?: RunTurnDependencies['sleep']
}

export interface TurnEngine {
  /** The turns that run here, for readers in this process. */
  readonly liveTurns: LiveTurns
  readonly running: number
  /** Runs an accepted turn, detached from whoever asked for it. */
  start(turn: TurnToRun): void
  /** Goes on with a turn that `claimOrphanedTurns` gave this process. */
  resume(turn: TurnRow): void
  /** Stops a turn at once where it runs here. */
  stop(turnId: string): void
  /** For a process that is about to end: what waits for its turns is left to the workers. */
  drain(): void
  /** For a process whose time is up: what still runs is left to the workers, with what was answered. */
  handOver(): void
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>
  close(): void
}

interface RunningTurn {
  readonly control: TurnControl
  readonly done: Promise<void>
}

/** Runs turns and hears their stops: by hint, and by a poll of one query for all of them while any runs. */
export function createTurnEngine(dependencies: TurnEngineDependencies): TurnEngine {
  const { db, log, logger, owner, hints, isAlive } = dependencies
  const sleep = dependencies.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }))
  const liveTurns = createLiveTurns()
  const running = new Map<string, RunningTurn>()
  let phase: 'open' | 'draining' | 'handing-over' = 'open'
  const nextOwner = (): string | null => (phase === 'open' ? owner : null)
  const end = (turnId: string, reason: EndReason): void => running.get(turnId)?.control.end(reason)
  const stopListening = hints.listen(stopChannel(owner), (turnId) => end(turnId, 'stopped'))

  function endAll(reason: EndReason): void {
    for (const { control } of running.values()) control.end(reason)
  }

  async function look(round: number): Promise<void> {
    if (running.size > 0) {
      for (const turnId of await findStopRequests(db, owner)) end(turnId, 'stopped')
    }
    if (round % POLLS_PER_LOOK_OUT !== 0) return
    const idle = { owner, running: [...running.keys()], idleMs: IDLE_MS }
    const turnIds = await releaseIdleTurns(db, idle)
    if (turnIds.length > 0) logger.warn({ turnIds }, 'gave up turns that did not run')
  }
  let rounds = 0
  let looking: Promise<void> | undefined
  const poll = setInterval(() => {
    // Who was taken for dead may come to life again, but its turns are others' by then.
    if (!isAlive()) endAll('lost')
    looking ??= look(++rounds)
      .catch((error: unknown) => logger.warn({ err: error }, 'could not look for stops'))
      .finally(() => (looking = undefined))
  }, STOP_POLL_MS)

  async function run(turn: TurnToRun, control: TurnControl, row?: TurnRow): Promise<void> {
    const { turnId, epoch } = turn
    const live = liveTurns.open(turnId)
    try {
      const resumption = row && (await prepare(row, control))
      // Nothing has been written yet: what the log holds must stay as it is for the next one.
      if (resumption === 'unwanted')
        return void (await releaseTurn(db, { ...turn, crashed: false }))
      const whole = { ...dependencies, sleep, nextOwner }
      const { outcome, next } = await runTurn(whole, turn, live, control, resumption)
      logger.info({ turnId, epoch, outcome }, 'turn ended')
      if (next?.turn.owner === owner) begin(promotedTurn(next, owner))
    } catch (error) {
      logger.error({ err: error, turnId }, 'a turn crashed')
      dependencies.observer.ended('lost', 0, turn)
      await giveUpCrashed(turn)
    } finally {
      // Whoever still reads here goes on at the log.
      live.finish('lost')
      liveTurns.close(turnId)
      running.delete(turnId)
    }
  }

  async function giveUpCrashed(turn: TurnToRun): Promise<void> {
    try {
      await releaseTurn(db, { ...turn, crashed: true })
    } catch (error) {
      // The look-out gives it up once the database is back.
      logger.error({ err: error, turnId: turn.turnId }, 'could not give a crashed turn up')
    }
  }

  async function prepare(row: TurnRow, control: TurnControl): Promise<Resumption | 'unwanted'> {
    if (row.stopRequestedAt !== null) control.end('stopped')
    const isStopped = (): boolean => control.reason === 'stopped'
    const isWanted = (): boolean => control.reason === undefined || isStopped()
    const entries = await readWholeLog({ log, turnId: row.id, sleep, isWanted })
    return isWanted() ? planResumption(row, turnSoFar(entries), isStopped()) : 'unwanted'
  }

  function begin(turn: TurnToRun, row?: TurnRow): void {
    const control = new TurnControl()
    if (phase === 'handing-over') control.end('handed-over')
    // The entry must stand before the turn can end.
    const gate = Promise.withResolvers<void>()
    running.set(turn.turnId, { control, done: gate.promise })
    void run(turn, control, row).finally(() => gate.resolve())
  }

  function resume(row: TurnRow): void {
    const earlier = running.get(row.id)
    if (earlier === undefined) return begin(claimedTurn(row, owner), row)
    // It ran here under an epoch before, and is about to be gone.
    earlier.control.end('lost')
    void earlier.done.then(() => resume(row))
  }

  return {
    liveTurns,
    get running() {
      return running.size
    },
    start: (turn) => begin(turn),
    resume,
    stop: (turnId) => end(turnId, 'stopped'),
    drain() {
      if (phase === 'open') phase = 'draining'
    },
    handOver() {
      phase = 'handing-over'
      endAll('handed-over')
    },
    async idle() {
      while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done))
    },
    close() {
      clearInterval(poll)
      stopListening()
    },
  }
}
