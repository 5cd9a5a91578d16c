import { Identifier } from '@brainlyx/chat-contract'
import type { Chat, Message, MessagePage, WaitingTurn } from '@brainlyx/chat-contract'
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
import type { ChatRow, Database, DeletedChat, MessageSlice, TurnRow } from '@brainlyx/db'
import type { Kysely, Transaction } from 'kysely'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { invalidRequest } from '../http/validate.ts'
import { decodeChatCursor, encodeChatCursor } from './cursor.ts'

export interface ChatRoutesDependencies {
  db: Kysely<Database>
  /** Stops what runs in a chat that has gone, and deletes what was said in it from elsewhere. */
  abandonChat: (chat: DeletedChat) => Promise<unknown>
  /** Adds the deletion to the audit log. */
  auditDeletion: (
    transaction: Transaction<Database>,
    by: { principal: Principal; origin: RequestOrigin },
  ) => Promise<void>
}

/** What is shown at once of a branch that was turned to. */
const BRANCH_PAGE_SIZE = 50

export function chatRoutes(
  dependencies: ChatRoutesDependencies,
): Pick<
  Handlers,
  'listChats' | 'getChat' | 'renameChat' | 'deleteChat' | 'listMessages' | 'showBranch'
> {
  const { db, abandonChat, auditDeletion } = dependencies

  async function ownChat(userId: string, chatId: string): Promise<ChatRow> {
    const chat = await findChat(db, { userId, chatId })
    if (chat === undefined) throw notFound('chat')
    return chat
  }

  return {
    async listChats({ principal: { userId }, query: { cursor, limit } }) {
      const after = cursor === undefined ? {} : { after: decodeChatCursor(cursor) }
      const slice = await listChats(db, { userId, limit, ...after })
      return {
        chats: slice.chats.map(toChat),
        nextCursor: slice.nextCursor === null ? null : encodeChatCursor(slice.nextCursor),
      }
    },

    async getChat({ principal: { userId }, params: { chatId } }) {
      const chat = await ownChat(userId, chatId)
      // Nobody waits in a chat that is free.
      const line = chat.activeTurnId === null ? [] : await listWaitingTurns(db, { userId, chatId })
      return { ...toChat(chat), waiting: line.map(toWaitingTurn) }
    },

    async renameChat({ principal: { userId }, params: { chatId }, body: { title } }) {
      const chat = await renameChat(db, { userId, chatId, title })
      if (chat === undefined) throw notFound('chat')
      return toChat(chat)
    },

    async deleteChat({ principal, origin, params: { chatId } }) {
      const { userId } = principal
      const deleted = await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          const found = await deleteChat(transaction, { userId, chatId })
          if (found !== undefined) await auditDeletion(transaction, { principal, origin })
          return found
        }),
      )
      if (deleted === undefined) throw notFound('chat')
      await abandonChat(deleted)
      return undefined
    },

    async listMessages({ principal: { userId }, params: { chatId }, query: { before, limit } }) {
      await ownChat(userId, chatId)
      const from = before === undefined ? {} : { before: messageCursor(before) }
      return toPage(await listMessages(db, { userId, chatId, limit, ...from }))
    },

    async showBranch({ principal: { userId }, params: { chatId }, body: { messageId } }) {
      const shown = await db
        .transaction()
        .execute((transaction) => showBranch(transaction, { userId, chatId, messageId }))
      if (shown === undefined) {
        await ownChat(userId, chatId)
        throw notFound('message')
      }
      return toPage(await listMessages(db, { userId, chatId, limit: BRANCH_PAGE_SIZE }))
    },
  }
}

function messageCursor(text: string): string {
  const id = Identifier.safeParse(text)
  if (id.success) return id.data
  throw invalidRequest([{ path: 'before', message: 'is not one that this list gave' }])
}

function toChat({ id, title, createdAt, updatedAt, activeTurnId }: ChatRow): Chat {
  return {
    id,
    title,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    activeTurnId,
  }
}

function toWaitingTurn({ id, waiting, model, acceptedAt }: TurnRow): WaitingTurn {
  const text = waiting?.parts?.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { turnId: id, text: text ?? null, model, createdAt: acceptedAt.toISOString() }
}

function toPage({ messages, nextCursor }: MessageSlice): MessagePage {
  return { messages: messages.map(toMessage), nextCursor }
}

function toMessage(row: MessageSlice['messages'][number]): Message {
  const { id, sessionId, turnId, parentId, siblingIds, role, parts, createdAt, model, finish } = row
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
  }
}
