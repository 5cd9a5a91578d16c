import type { MessagePart, StartTurnInput } from '@brainlyx/chat-contract'
import {
  BudgetRefusedError,
  TurnRefusedError,
  findMessage,
  findTurn,
  isFreshTurnId,
  newId,
  requestStop,
  startTurn,
  timestampOf,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, DeletedChat, MessageRow, Reads, TurnRefusal, TurnRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { END_HINT, budgetProblem, hintChannel, stopChannel } from '@brainlyx/turn-engine'
import type { TurnEngine, TurnLog } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { createHash } from 'node:crypto'
import type { ModelList } from '../model/model-list.ts'
import { notFound } from '../http/not-found.ts'

export interface TurnService {
  /**
   * Accepts a turn and runs it, whoever stays to watch; where the chat is busy it waits in line. The same request again
   * finds the turn that it began.
   * @param chatId null where the chat begins with this turn
   * @throws {ServiceError} 402 `budget-exhausted`, 429 `budget-reserved`, 404, 409 `line-full`, 422 `turn-id-reused`, `turn-id-out-of-range` or `not-a-question`
   */
  start(userId: string, chatId: string | null, input: StartTurnInput): Promise<TurnRow>
  /** @throws {ServiceError} 404 */
  find(userId: string, turnId: string): Promise<TurnRow>
  /** Stops the turn wherever it runs, within a second, or takes it out of its line. @throws {ServiceError} 404 */
  stop(turn: { userId: string; turnId: string }): Promise<TurnRow>
  /** Ends the work on turns that were deleted with their chat, and deletes their logs; without Redis these expire. */
  abandon(chat: DeletedChat): Promise<void>
}

export function createTurnService(dependencies: {
  db: Kysely<Database>
  reads: Pick<Reads, 'noteWrite'>
  redis: Redis
  log: TurnLog
  engine: TurnEngine
  models: Pick<ModelList, 'read' | 'isKnown' | 'priceOf'>
  /** `processes.id` of this process. */
  owner: string
  nowMs?: () => number
}): TurnService {
  const { db, reads, redis, log, engine, models, owner, nowMs = Date.now } = dependencies

  async function accept(
    userId: string,
    chatId: string | null,
    input: StartTurnInput,
    requestHash: Buffer,
  ): Promise<TurnRow> {
    const turnId = input.turnId ?? newId()
    if (!isFreshTurnId(turnId, nowMs())) throw turnIdOutOfRange
    const userMessage = await messageOf(userId, chatId, input)
    // Soon after the start nothing is known of any model; a router that is away leaves it at that.
    if (!models.isKnown) await models.read().catch(() => undefined)
    const turn = {
      turnId,
      userId,
      chatId: chatId ?? newId(),
      newChat: chatId === null,
      owner,
      requestHash,
      userMessageId: userMessage.id,
      parts: userMessage.parts,
      ...(input.parentId === undefined ? {} : { parentId: input.parentId }),
      answersAnew: input.answerTo !== undefined,
      model: input.model,
      price: models.priceOf(input.model),
    }
    const row = await withMissingPartition(db, () => startTurn(db, turn), timestampOf(turnId))
    await reads.noteWrite(userId)
    // One that waits is run by whoever ends the turn before it.
    if (row.state === 'waiting') return row
    engine.start({
      turnId,
      chatId: row.sessionId,
      userId,
      owner,
      epoch: row.epoch,
      model: row.model,
      userMessage,
      isFirst: chatId === null,
    })
    return row
  }

  /** The message that the turn answers: a new one, or the one that is answered anew. */
  async function messageOf(
    userId: string,
    chatId: string | null,
    { text = '', parentId, answerTo }: StartTurnInput,
  ): Promise<{ id: string; parts: MessagePart[] }> {
    if (answerTo !== undefined) {
      const question = await messageIn(userId, chatId, answerTo)
      if (question.role !== 'user') throw notAQuestion
      return question
    }
    if (parentId != null) await messageIn(userId, chatId, parentId)
    return { id: newId(), parts: [{ type: 'text', text }] }
  }

  /** What was found stays: messages go only with their chat. */
  async function messageIn(
    userId: string,
    chatId: string | null,
    messageId: string,
  ): Promise<MessageRow> {
    const message = await findMessage(db, { userId, messageId })
    if (message?.sessionId !== chatId) throw notFound('message')
    return message
  }

  async function hintStop({ id, owner: runner }: TurnRow): Promise<void> {
    engine.stop(id)
    // A lost hint costs half a second: the owner also looks for itself.
    if (runner !== null) await redis.publish(stopChannel(runner), id).catch(() => 0)
  }

  return {
    async start(userId, chatId, input) {
      const requestHash = hashOf(chatId, input)
      try {
        return await accept(userId, chatId, input, requestHash)
      } catch (error) {
        const isOverBudget = error instanceof BudgetRefusedError
        if (!isOverBudget && !(error instanceof TurnRefusedError)) throw error
        const { turnId } = input
        // The same request again finds its turn, however little of the budget that turn has left.
        const known = turnId === undefined ? undefined : await findTurn(db, { userId, turnId })
        if (known?.requestHash.equals(requestHash) === true) return known
        if (known !== undefined) throw turnIdReused
        if (isOverBudget) throw budgetProblem(error.refusal, new Date(nowMs()))
        throw REFUSALS[error.reason] ?? turnIdReused
      }
    },

    async find(userId, turnId) {
      const turn = await findTurn(db, { userId, turnId })
      if (turn === undefined) throw notFound('turn')
      return turn
    },

    async stop({ userId, turnId }) {
      const turn = await requestStop(db, { userId, turnId })
      if (turn === undefined) throw notFound('turn')
      await reads.noteWrite(userId)
      if (turn.state === 'running') await hintStop(turn)
      // Where it had only waited nothing is written to its log, which would have woken its readers.
      else await redis.publish(hintChannel(turnId), END_HINT).catch(() => 0)
      return turn
    },

    async abandon({ running, loggedTurnIds }) {
      if (running !== undefined) await hintStop(running)
      for (const turnId of loggedTurnIds) await log.bury(turnId)
    },
  }
}

/** Of everything that decides what a turn does, to tell the same request sent again from another one. */
function hashOf(
  chatId: string | null,
  { model, text, parentId, answerTo }: StartTurnInput,
): Buffer {
  return createHash('sha256')
    .update(JSON.stringify({ chatId, model, text, parentId, answerTo }))
    .digest()
}

const turnIdOutOfRange = new ServiceError({
  code: 'turn-id-out-of-range',
  status: 422,
  title: 'This turn id is too old or ahead of time.',
  detail: 'Make a new UUIDv7; it may be 31 days old and 5 minutes ahead at most.',
  fields: [{ path: 'turnId', message: 'is too old or ahead of time' }],
})

const turnIdReused = new ServiceError({
  code: 'turn-id-reused',
  status: 422,
  title: 'This turn id belongs to another request.',
  detail: 'Make a new one.',
  fields: [{ path: 'turnId', message: 'belongs to another request' }],
})

const notAQuestion = new ServiceError({
  code: 'not-a-question',
  status: 422,
  title: 'This message is an answer itself.',
  detail: 'Name the message that it answers, its `parentId`.',
  fields: [{ path: 'answerTo', message: 'is an answer itself' }],
})

/** `turn-exists` is not among them: it may well be this request's own turn. */
const REFUSALS: Readonly<Partial<Record<TurnRefusal, ServiceError>>> = {
  'chat-not-found': notFound('chat'),
  'line-full': new ServiceError({
    code: 'line-full',
    status: 409,
    title: 'Too many messages wait in this chat.',
    detail: 'Wait until the next of them is answered, or take one of them back.',
    retryable: true,
  }),
  'user-not-found': new ServiceError({
    code: 'sign-in-required',
    status: 401,
    title: 'Sign in first.',
    detail: 'This guest has signed in to an account.',
  }),
}
