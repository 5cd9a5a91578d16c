import { z } from 'zod'
import { Chat, ChatDetail, ChatPage, RenameChatInput, ShowBranchInput } from '../chat.ts'
import { Cursor, Identifier } from '../identifier.ts'
import { MessagePage } from '../message.ts'
import { ModelPage } from '../model.ts'
import { SearchPage, SearchQuery } from '../search.ts'
import type { Route } from './route.ts'

const ChatParams = z.object({ chatId: Identifier })
const ChatListQuery = z.object({
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(40),
})
/** At most one of `before`, `from` and `around`. */
const MessageListQuery = z.object({
  before: Cursor.optional(),
  from: Cursor.optional(),
  around: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export const chatRoutes = {
  listModels: {
    method: 'GET',
    path: '/models',
    summary: 'Models to choose from',
    access: 'public',
    status: 200,
    response: ModelPage,
  },
  listChats: {
    method: 'GET',
    path: '/chats',
    summary: 'Your chats, newest activity first',
    access: 'user',
    query: ChatListQuery,
    status: 200,
    response: ChatPage,
  },
  getChat: {
    method: 'GET',
    path: '/chats/:chatId',
    summary: 'One chat, and the messages that wait for their answer',
    access: 'user',
    params: ChatParams,
    status: 200,
    response: ChatDetail,
  },
  renameChat: {
    method: 'PATCH',
    path: '/chats/:chatId',
    summary: 'Rename a chat',
    access: 'user',
    params: ChatParams,
    body: RenameChatInput,
    status: 200,
    response: Chat,
  },
  deleteChat: {
    method: 'DELETE',
    path: '/chats/:chatId',
    summary: 'Delete a chat',
    access: 'user',
    params: ChatParams,
    status: 204,
  },
  listMessages: {
    method: 'GET',
    path: '/chats/:chatId/messages',
    summary: 'The last messages of the branch that is shown; or those before, from or around one',
    access: 'user',
    params: ChatParams,
    query: MessageListQuery,
    status: 200,
    response: MessagePage,
  },
  search: {
    method: 'GET',
    path: '/search',
    summary: 'Search your own messages and titles',
    access: 'user',
    criticality: 'optional',
    query: SearchQuery,
    status: 200,
    response: SearchPage,
  },
  showBranch: {
    method: 'PUT',
    path: '/chats/:chatId/branch',
    summary: 'Show another branch of a chat, and go on from there',
    access: 'user',
    params: ChatParams,
    body: ShowBranchInput,
    status: 200,
    response: MessagePage,
  },
} as const satisfies Record<string, Route>
