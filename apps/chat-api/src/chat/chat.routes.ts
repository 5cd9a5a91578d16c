import type { Message, MessagePage, WaitingTurn } from '@brainlyx/chat-contract'
import {
  deleteChat,
  findChat,
  listChats,
  listMessages,
  listWaitingTurns,
  renameChat,
  showBranch,
  withMissingPartition,
} from '@brainlyx/db'
import type { ChatRow, Database, DeletedChat, MessageSlice, Reads, TurnRow } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import type { Handlers } from '../http/register-routes.ts'
import { decodeChatPlace, encodeChatPlace } from './cursor.ts'
import { messagePlace } from './message-place.ts'
import { toChat } from './to-chat.ts'

export interface ChatRoutesDependencies {
  db: Kysely<Database>
  reads: Reads
  /** Stops what runs in a chat that has gone, and deletes what was said in it from elsewhere. */
  abandonChat: (chat: DeletedChat) => Promise<unknown>
  audit: AuditLog
}

/** What is shown at once of a branch that was turned to. */
const BRANCH_PAGE_SIZE = 50

export function chatRoutes(
  dependencies: ChatRoutesDependencies,
): Pick<
  Handlers,
  'listChats' | 'getChat' | 'renameChat' | 'deleteChat' | 'listMessages' | 'showBranch'
> {
  const { db, reads, abandonChat, audit } = dependencies

  async function ownChat(db: Kysely<Database>, userId: string, chatId: string): Promise<ChatRow> {
    const chat = await findChat(db, { userId, chatId })
    if (chat === undefined) throw notFound('chat')
    return chat
  }

  return {
    async listChats({ principal: { userId }, query: { cursor, limit } }) {
      const place = cursor === undefined ? {} : decodeChatPlace(cursor)
      const { chats, nextCursor, previousCursor } = await reads.forUser(userId, (db) =>
        listChats(db, { userId, limit, ...place }),
      )
      return {
        chats: chats.map(toChat),
        nextCursor: nextCursor && encodeChatPlace({ after: nextCursor }),
        previousCursor: previousCursor && encodeChatPlace({ before: previousCursor }),
      }
    },

    async getChat({ principal: { userId }, params: { chatId } }) {
      return reads.forUser(userId, async (db) => {
        const chat = await ownChat(db, userId, chatId)
        const { activeTurnId } = chat
        const line = await listWaitingTurns(db, { userId, chatId, activeTurnId })
        return {
          ...toChat(chat),
          waiting: line.map(toWaitingTurn),
          promptTokens: chat.textBytes === null ? null : promptTokens(chat.textBytes),
        }
      })
    },

    async renameChat({ principal: { userId }, params: { chatId }, body: { title } }) {
      const chat = await renameChat(db, { userId, chatId, title })
      if (chat === undefined) throw notFound('chat')
      await reads.noteWrite(userId)
      return toChat(chat)
    },

    async deleteChat({ principal, origin, params: { chatId } }) {
      const { userId } = principal
      const event = { by: actorOf({ principal, origin }), action: 'chat-deletion' }
      const deleted = await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          const found = await deleteChat(transaction, { userId, chatId })
          if (found !== undefined) await audit.recordIn(transaction, event)
          return found
        }),
      )
      if (deleted === undefined) throw notFound('chat')
      await reads.noteWrite(userId)
      await abandonChat(deleted)
      return undefined
    },

    async listMessages({ principal: { userId }, params: { chatId }, query }) {
      const { limit, ...places } = query
      const place = messagePlace(places)
      return reads.forUser(userId, async (db) => {
        await ownChat(db, userId, chatId)
        const slice = await listMessages(db, { userId, chatId, limit, ...place })
        const named = place.from ?? place.around
        if (named !== undefined && slice.messages.length === 0) throw notFound('message')
        return toPage(slice)
      })
    },

    async showBranch({ principal: { userId }, params: { chatId }, body: { messageId } }) {
      const shown = await db
        .transaction()
        .execute((transaction) => showBranch(transaction, { userId, chatId, messageId }))
      if (shown === undefined) {
        await ownChat(db, userId, chatId)
        throw notFound('message')
      }
      await reads.noteWrite(userId)
      return toPage(await listMessages(db, { userId, chatId, limit: BRANCH_PAGE_SIZE }))
    },
  }
}

function toWaitingTurn({ id, waiting, model, acceptedAt }: TurnRow): WaitingTurn {
  const text = waiting?.parts?.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { turnId: id, text: text ?? null, model, createdAt: acceptedAt.toISOString() }
}

function toPage({ messages, nextCursor, newerCursor }: MessageSlice): MessagePage {
  return { messages: messages.map(toMessage), nextCursor, newerCursor }
}

/** Four bytes a token, as for English: for people to see, where the reservation errs to the safe side. */
function promptTokens(textBytes: bigint): number {
  return Math.ceil(Number(textBytes) / 4)
}

function toMessage(row: MessageSlice['messages'][number]): Message {
  const { id, sessionId, turnId, parentId, siblingIds, role, parts, createdAt, model, finish } = row
  const { costPicoUsd, inputTokens, outputTokens } = row
  return {
    id,
    chatId: sessionId,
    turnId,
    parentId,
    siblingIds,
    role,
    parts,
    createdAt: createdAt.toISOString(),
    model,
    finish,
    cost:
      costPicoUsd === null
        ? null
        : {
            picoUsd: String(costPicoUsd),
            inputTokens: inputTokens ?? 0,
            outputTokens: outputTokens ?? 0,
          },
  }
}
