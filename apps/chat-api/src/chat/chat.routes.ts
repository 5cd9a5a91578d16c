import { Identifier } from '@brainlyx/chat-contract'
import type { Chat, Message } from '@brainlyx/chat-contract'
import { deleteChat, findChat, listChats, listMessages, renameChat } from '@brainlyx/db'
import type { ChatRow, Database, MessageRow } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { notFound } from '../http/not-found.ts'
import type { Handlers } from '../http/register-routes.ts'
import { invalidRequest } from '../http/validate.ts'
import { decodeChatCursor, encodeChatCursor } from './cursor.ts'

export interface ChatRoutesDependencies {
  db: Kysely<Database>
  /** Stops the turn wherever it runs; the chat it writes to is about to go. */
  stopTurn: (turn: { userId: string; turnId: string }) => Promise<unknown>
}

export function chatRoutes(
  dependencies: ChatRoutesDependencies,
): Pick<Handlers, 'listChats' | 'getChat' | 'renameChat' | 'deleteChat' | 'listMessages'> {
  const { db, stopTurn } = dependencies

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

    async getChat({ principal, params }) {
      return toChat(await ownChat(principal.userId, params.chatId))
    },

    async renameChat({ principal: { userId }, params: { chatId }, body: { title } }) {
      const chat = await renameChat(db, { userId, chatId, title })
      if (chat === undefined) throw notFound('chat')
      return toChat(chat)
    },

    async deleteChat({ principal: { userId }, params: { chatId } }) {
      const { activeTurnId } = await ownChat(userId, chatId)
      if (activeTurnId !== null) await stopTurn({ userId, turnId: activeTurnId })
      const deleted = await db
        .transaction()
        .execute((transaction) => deleteChat(transaction, { userId, chatId }))
      if (!deleted) throw notFound('chat')
      return undefined
    },

    async listMessages({ principal: { userId }, params: { chatId }, query: { before, limit } }) {
      await ownChat(userId, chatId)
      const from = before === undefined ? {} : { before: messageCursor(before) }
      const slice = await listMessages(db, { userId, chatId, limit, ...from })
      return { messages: slice.messages.map(toMessage), nextCursor: slice.nextCursor }
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

function toMessage(row: MessageRow): Message {
  const { id, sessionId, turnId, parentId, role, parts, createdAt, model, finish } = row
  return {
    id,
    chatId: sessionId,
    turnId,
    parentId,
    role,
    parts,
    createdAt: createdAt.toISOString(),
    model,
    finish,
  }
}
