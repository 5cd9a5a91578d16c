import type { StartTurnInput } from '@brainlyx/chat-contract'
import {
  TurnRefusedError,
  findTurn,
  isFreshTurnId,
  newId,
  requestStop,
  startTurn,
  timestampOf,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, TurnRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { stopChannel } from '@brainlyx/turn-engine'
import type { TurnEngine } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { createHash } from 'node:crypto'
import { notFound } from '../http/not-found.ts'

export interface TurnService {
  /**
   * Accepts a turn and runs it, whoever stays to watch. The same request again finds the turn that it began.
   * @param chatId null where the chat begins with this turn
   * @throws {ServiceError} 404, 409 `turn-in-progress`, 422 `turn-id-reused` or `turn-id-out-of-range`
   */
  start(userId: string, chatId: string | null, input: StartTurnInput): Promise<TurnRow>
  /** @throws {ServiceError} 404 */
  find(userId: string, turnId: string): Promise<TurnRow>
  /** Stops the turn wherever it runs, within a second. @throws {ServiceError} 404 */
  stop(turn: { userId: string; turnId: string }): Promise<TurnRow>
}

export function createTurnService(dependencies: {
  db: Kysely<Database>
  redis: Redis
  engine: TurnEngine
  /** `processes.id` of this process. */
  owner: string
  nowMs?: () => number
}): TurnService {
  const { db, redis, engine, owner, nowMs = Date.now } = dependencies

  async function accept(
    userId: string,
    chatId: string | null,
    input: StartTurnInput,
    requestHash: Buffer,
  ): Promise<TurnRow> {
    const turnId = input.turnId ?? newId()
    if (!isFreshTurnId(turnId, nowMs())) throw turnIdOutOfRange
    const userMessage = { id: newId(), parts: [{ type: 'text' as const, text: input.text }] }
    const turn = {
      turnId,
      userId,
      chatId: chatId ?? newId(),
      newChat: chatId === null,
      owner,
      requestHash,
      userMessageId: userMessage.id,
      parts: userMessage.parts,
      model: input.model,
    }
    const row = await withMissingPartition(db, () => startTurn(db, turn), timestampOf(turnId))
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

  return {
    async start(userId, chatId, input) {
      const requestHash = hashOf(chatId, input)
      try {
        return await accept(userId, chatId, input, requestHash)
      } catch (error) {
        if (!(error instanceof TurnRefusedError)) throw error
        if (error.reason === 'turn-in-progress') throw turnInProgress
        if (error.reason === 'chat-not-found') throw notFound('chat')
        if (error.reason === 'user-not-found') throw signInEnded
        const turnId = input.turnId!
        const known = await findTurn(db, { userId, turnId })
        if (known === undefined || !known.requestHash.equals(requestHash)) throw turnIdReused
        return known
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
      if (turn.state !== 'running') return turn
      engine.stop(turnId)
      // A lost hint costs half a second: the owner also looks for itself.
      await redis.publish(stopChannel(turn.owner), turnId).catch(() => 0)
      return turn
    },
  }
}

/** Of everything that decides what a turn does, to tell the same request sent again from another one. */
function hashOf(chatId: string | null, { text, model }: StartTurnInput): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([chatId, model, text]))
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

const turnInProgress = new ServiceError({
  code: 'turn-in-progress',
  status: 409,
  title: 'An answer is still being written in this chat.',
  detail: 'Wait for its end, or stop it.',
  retryable: true,
})

const signInEnded = new ServiceError({
  code: 'sign-in-required',
  status: 401,
  title: 'Sign in first.',
  detail: 'This guest has signed in to an account.',
})
