import type { AnswerFinish, Problem, TurnFrame } from '@brainlyx/chat-contract'
import {
  currentUserId,
  findTurn,
  finishTurn,
  isPostgresError,
  newId,
  withMissingPartition,
} from '@brainlyx/db'
import type {
  Database,
  FinishedTurn,
  OutboxMessage,
  TurnEnding,
  TurnPrice,
  TurnRow,
} from '@brainlyx/db'
import { currentTrace, toProblem } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import type { AttemptLedger } from './attempt-ledger.ts'
import type { TurnObserver, TurnRun } from './run-turn.ts'
import type { TurnControl } from './turn-control.ts'
import type { TurnToRun } from './turn-to-run.ts'

/** The outbox topic of the job that names a chat. */
const TITLE_TOPIC = 'chat-title'
const RETRY_MS = 250

interface EndTurnOptions {
  db: Kysely<Database>
  logger: Logger
  isAlive: () => boolean
  hintOutbox: () => void
  observer: Pick<TurnObserver, 'stored'>
  noteWrite?: ((userId: string) => Promise<void>) | undefined
  nextOwner: () => string | null
  priceOf: (model: string) => TurnPrice
  turn: TurnToRun
  answer: Answer
  ledger: AttemptLedger
  /** The model that answered, for the message. */
  answeredBy: string
  /** What ended the answer, where it was not its own end. */
  failure: unknown
  control: TurnControl
  /** Appends the turn's last frame. */
  write: (frame: TurnFrame) => Promise<void>
}

/** Stores how the turn ended, then tells its readers: what they see as ended can be read back. */
export async function endTurn(options: EndTurnOptions): Promise<TurnRun> {
  const { control, turn, answer, write } = options
  if (control.reason === 'lost') return { outcome: 'lost' }
  const { turnId, chatId, userId, owner, epoch } = turn
  const messageId = newId()
  const parts = answer.storable()
  await options.ledger.flush()
  const ended = await store(options, {
    turnId,
    chatId,
    userId,
    owner,
    epoch,
    ...decide(options),
    ...(answer.isEmpty ? {} : { answer: { messageId, parts, model: options.answeredBy } }),
    attempts: options.ledger.settled,
    following: ({ title }) => (title === null ? [titleJob(turn)] : []),
    nextOwner: options.nextOwner(),
    priceOf: options.priceOf,
  })
  if (ended === undefined) return { outcome: 'lost' }
  // Whoever reads the chat anew at the last frame must find the answer.
  await options.noteWrite?.(ended.turn.userId)
  if (ended.isFollowed) options.hintOutbox()
  options.observer.stored(turn, ended.turn.finish)
  await write(finalFrame(ended.turn))
  const { problem } = ended.turn
  return {
    outcome: ended.state,
    ...(problem === null ? {} : { problem }),
    ...(ended.next === undefined ? {} : { next: ended.next }),
  }
}

/** The last frame of a turn that has ended, from its row. */
export function finalFrame(turn: TurnRow): TurnFrame {
  const { id: turnId, answerMessageId: messageId, finish, problem } = turn
  return problem === null
    ? { type: 'turn-end', turnId, messageId, finish: finish ?? 'stop' }
    : { type: 'turn-error', turnId, messageId, problem }
}

type EndState = TurnEnding['state']

function decide(options: EndTurnOptions): {
  state: EndState
  finish: AnswerFinish
  problem?: Problem
} {
  const { failure, control, answer } = options
  if (failure === undefined) return { state: 'completed', finish: answer.finish ?? 'stop' }
  if (control.reason === 'stopped') return { state: 'stopped', finish: 'stopped' }
  return {
    state: 'failed',
    finish: 'failed',
    problem: toProblem(failure, currentTrace()?.traceId ?? ''),
  }
}

/**
 * One transaction, tried again while the database is away and we may still speak for the turn. What the database
 * refuses for good is left out: a turn that could never end would block its chat.
 * @returns undefined where the turn is no longer ours
 */
async function store(
  options: EndTurnOptions,
  ending: TurnEnding,
): Promise<(FinishedTurn & { state: EndState }) | undefined> {
  const { db, logger, isAlive } = options
  let wanted = ending
  let isInDoubt = false
  while (isAlive()) {
    try {
      const ended = await withMissingPartition(db, () =>
        db.transaction().execute((transaction) => finishTurn(transaction, wanted)),
      )
      const found = ended ?? (isInDoubt ? await findOwnEnding(db, wanted) : undefined)
      return found && { ...found, state: wanted.state }
    } catch (error) {
      isInDoubt = true
      logger.error({ err: error, turnId: ending.turnId }, 'the end of a turn was not stored')
      if (isRefusal(error) && wanted.answer !== undefined) wanted = withoutAnswer(ending)
      else await sleep(RETRY_MS)
    }
  }
  return undefined
}

/** The answer to a commit may be lost: the turn has then ended as we wanted, and must not look lost to its readers. */
async function findOwnEnding(
  db: Kysely<Database>,
  { userId, turnId, owner, epoch, state, answer }: TurnEnding,
): Promise<FinishedTurn | undefined> {
  const turn = await findTurn(db, { userId: await currentUserId(db, userId), turnId })
  const isOurs =
    turn?.owner === owner &&
    turn.epoch === epoch &&
    turn.state === state &&
    turn.answerMessageId === (answer?.messageId ?? null)
  // What it promoted is found by the look-out for turns that run nowhere.
  return isOurs ? { turn, next: undefined, isFollowed: true } : undefined
}

/** Data exceptions and violated constraints (SQLSTATE classes 22 and 23): the same again would fail again. */
function isRefusal(error: unknown): boolean {
  return isPostgresError(error) && /^2[23]/.test(error.code)
}

function withoutAnswer(ending: TurnEnding): TurnEnding {
  const { answer: _answer, ...rest } = ending
  const problem = toProblem(undefined, currentTrace()?.traceId ?? '')
  return { ...rest, state: 'failed', finish: 'failed', problem }
}

/** A chat without a name gets one from a job, which does nothing where there is one after all. */
function titleJob({ chatId, userId, turnId }: TurnToRun): OutboxMessage {
  return {
    topic: TITLE_TOPIC,
    payload: { chatId, userId, turnId },
    traceparent: currentTrace()?.traceparent,
  }
}
