import type { AnswerFinish, Problem } from '@brainlyx/chat-contract'
import { readHistory } from '@brainlyx/db'
import type { Database, PromotedTurn, SettledAttempt, TurnPrice } from '@brainlyx/db'
import type { ChatMessage } from '@brainlyx/router-contract'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { budgetProblem } from '../budget/budget-problem.ts'
import { approximateTokens, tokensOfLength } from '../prompt/approximate-tokens.ts'
import { composePrompt } from '../prompt/compose-prompt.ts'
import type { RouterClient } from '../router-client/router-client.ts'
import type { LiveTurn } from '../turn-log/live-turn.ts'
import type { TurnLog } from '../turn-log/turn-log.ts'
import { Answer } from './answer.ts'
import { AttemptLedger } from './attempt-ledger.ts'
import { callRouter } from './call-router.ts'
import { endTurn } from './end-turn.ts'
import { handOver } from './hand-over.ts'
import { settleLeftovers } from './leftover-attempts.ts'
import { readPersistently } from './read-persistently.ts'
import { turnAbandoned } from './resumption.ts'
import type { Resumption } from './resumption.ts'
import type { TurnControl } from './turn-control.ts'
import { TurnTeller } from './turn-teller.ts'
import type { TurnToRun } from './turn-to-run.ts'
import { TurnWriter } from './turn-writer.ts'

/** How many messages back a prompt may reach. */
const HISTORY_LIMIT = 200

export interface RunTurnDependencies {
  readonly db: Kysely<Database>
  readonly log: TurnLog
  readonly router: RouterClient
  /** Whether this process may still speak for its turns. */
  readonly isAlive: () => boolean
  /** Who runs what waits for the turn's end: this process, or (null) any worker. */
  readonly nextOwner: () => string | null
  /** How many tokens `model` reads; null where it is not known. */
  readonly contextTokensOf: (model: string) => number | null
  /** What one call of `model` may cost at most. */
  readonly priceOf: (model: string) => TurnPrice
  readonly logger: Logger
  readonly observer: TurnObserver
  /** Wakes the worker to what the end of a turn left in the outbox. */
  readonly hintOutbox: () => void
  /** The end of a user's turn is stored; awaited before anyone hears of it. */
  readonly noteWrite?: (userId: string) => Promise<void>
  readonly nowMs: () => number
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>
}

/** Where the turn's measurements go. */
export interface TurnObserver {
  started(turn: TurnToRun): void
  /** The answer's first text or reasoning; since the turn began to run. */
  firstToken(elapsedMs: number): void
  /** The end is stored; its readers have not heard of it yet. */
  stored(turn: TurnToRun, finish: AnswerFinish | null): void
  ended(outcome: TurnOutcome, elapsedMs: number, turn: TurnToRun): void
  /** Besides `ended`: for whom, why, and by which of the router's decisions. */
  failed?(failure: TurnFailure): void
}

export interface TurnFailure {
  readonly turnId: string
  readonly userId: string
  readonly problem: Problem
  /** What `GET /admin/decisions/:id` of the router explains, the last first. */
  readonly decisions: readonly string[]
}

export type TurnOutcome = 'completed' | 'stopped' | 'failed' | 'handed-over' | 'lost'

export interface TurnRun {
  /** `lost`: another process has it, or its chat was deleted, and nothing was written. */
  readonly outcome: TurnOutcome
  /** Why it failed. */
  readonly problem?: Problem
  /** What waited for its end and is now this process's to run. */
  readonly next?: PromotedTurn
}

/**
 * Runs one turn to its stored end: from its prompt, or from where a former owner left it. Never throws for what a
 * provider, the router or Redis does: those are ends of a turn, too.
 */
export async function runTurn(
  dependencies: RunTurnDependencies,
  turn: TurnToRun,
  live: LiveTurn,
  control: TurnControl,
  resumption?: Resumption,
): Promise<TurnRun> {
  const { db, log, logger, observer, nowMs, sleep, isAlive } = dependencies
  const startedAt = nowMs()
  observer.started(turn)
  const answer = new Answer(resumption)
  const ledger = new AttemptLedger({ db, logger, turn, nowMs })
  const teller = new TurnTeller({ turn, answer, ledger, route: resumption?.soFar.route })
  const writer = new TurnWriter({
    turnId: turn.turnId,
    epoch: turn.epoch,
    log,
    live,
    isAlive,
    recap: () => teller.recap(),
    onLost: () => control.end('lost'),
  })
  const patience = { isAlive, sleep, signal: control.signal }

  const decisions: string[] = []
  let messages: readonly ChatMessage[] = []
  async function composeMessages(): Promise<readonly ChatMessage[]> {
    if (messages.length > 0) return messages
    const history = await readPersistently(() => historyOf(db, turn), patience)
    messages = composePrompt(history, dependencies.contextTokensOf(turn.model))
    return messages
  }
  const countInput = async (): Promise<number> =>
    approximateTokens(JSON.stringify(await composeMessages()))
  const abortOpenAttempts = (): void =>
    ledger.abortOpen(() => ({
      inputTokens: approximateTokens(JSON.stringify(messages)),
      outputTokens: tokensOfLength(teller.producedLength),
    }))

  async function produce(): Promise<void> {
    if (answer.finish !== undefined) return
    if (resumption?.isAbandoned === true) throw turnAbandoned
    if (turn.refusedBy != null) throw budgetProblem(turn.refusedBy, new Date())
    control.signal.throwIfAborted()
    await callRouter({
      router: dependencies.router,
      model: turn.model,
      messages: await composeMessages(),
      signal: control.signal,
      textToContinue: () => answer.textToContinue,
      hear(chunk) {
        const wasEmpty = answer.isEmpty
        writer.write(...teller.take(chunk))
        if (wasEmpty && !answer.isEmpty) observer.firstToken(nowMs() - startedAt)
      },
      onDecision: (decisionId) => void decisions.unshift(decisionId),
      isFinished: () => answer.finish !== undefined,
      onBroken(error) {
        logger.warn({ err: error, turnId: turn.turnId }, 'the answer broke off; calling again')
        abortOpenAttempts()
        writer.write(...answer.keepWhatContinues())
      },
      nowMs,
      sleep,
    })
  }

  async function adoptLeftovers({ soFar }: Resumption): Promise<void> {
    try {
      const settle = (): Promise<SettledAttempt[]> => settleLeftovers(db, turn, soFar, countInput)
      ledger.adopt(await readPersistently(settle, patience))
    } catch (error) {
      logger.error({ err: error, turnId: turn.turnId }, 'what former owners called stays open')
    }
  }

  if (resumption === undefined) writer.write(teller.start)
  else {
    writer.write(...(resumption.soFar.isLogged ? [answer.snapshot()] : teller.recap()))
    await adoptLeftovers(resumption)
  }
  const failure = await produce().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure !== undefined && control.reason === undefined) {
    logger.warn({ err: failure, turnId: turn.turnId }, 'the answer could not be completed')
  }
  await writer.flush()
  abortOpenAttempts()
  const run: TurnRun =
    failure !== undefined && control.reason === 'handed-over'
      ? { outcome: await handOver({ db, logger, isAlive, sleep, turn, ledger }) }
      : await endTurn({
          ...dependencies,
          turn,
          answer,
          ledger,
          answeredBy: teller.model ?? turn.model,
          failure,
          control,
          write: async (frame) => {
            writer.write(frame)
            await writer.flush()
          },
        })
  const hasEnded = run.outcome !== 'lost' && run.outcome !== 'handed-over'
  live.finish(hasEnded && !writer.lost ? 'ended' : 'lost')
  if (hasEnded) await log.close(turn.turnId)
  observer.ended(run.outcome, nowMs() - startedAt, turn)
  if (run.problem !== undefined) {
    observer.failed?.({ turnId: turn.turnId, userId: turn.userId, problem: run.problem, decisions })
  }
  return run
}

async function historyOf(db: Kysely<Database>, turn: TurnToRun) {
  const { userId, chatId, userMessage, isFirst } = turn
  if (isFirst && userMessage.parts !== undefined) {
    return [{ role: 'user' as const, parts: userMessage.parts }]
  }
  return readHistory(db, { userId, chatId, leafId: userMessage.id, limit: HISTORY_LIMIT })
}
