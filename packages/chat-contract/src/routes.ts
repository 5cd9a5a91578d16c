import { z } from 'zod'
import { Chat, ChatDetail, ChatPage, RenameChatInput, ShowBranchInput } from './chat.ts'
import {
  AccountDeletion,
  DataRequest,
  DataRequestList,
  DeleteAccountInput,
  DeleteChatsInput,
} from './data-request.ts'
import { Cursor, Identifier } from './identifier.ts'
import { MessagePage } from './message.ts'
import { ModelPage } from './model.ts'
import { ProviderSettingList, SetProviderKeyInput } from './provider-settings.ts'
import { SearchPage, SearchQuery } from './search.ts'
import { Me, SignInInput, SignUpInput } from './session.ts'
import { StartTurnInput, Turn, TurnAccepted } from './turn.ts'

/** One route of chat-api: what it takes, what it answers, who may call it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Express path below {@link API_PREFIX}. */
  readonly path: string
  readonly summary: string
  /** `public`: anyone. `user`: signed in, guests too. `admin`: administrators. */
  readonly access: 'public' | 'user' | 'admin'
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** The 2xx status and its body; `response` absent: no body. */
  readonly status: number
  readonly response?: z.ZodType
  /** The route can answer as `text/event-stream` of {@link TurnFrame}. */
  readonly streams?: boolean
  /** The body is a file of this media type, or a form with such a file; the route reads it by itself. */
  readonly upload?: string
  /** The route answers with a file of this media type. */
  readonly file?: string
}

export const API_PREFIX = '/api/v1'

const ChatParams = z.object({ chatId: Identifier })
const TurnParams = z.object({ turnId: Identifier })
const DataRequestParams = z.object({ requestId: Identifier })
/** What a link that we signed ends with. */
const SignedLinkQuery = z.object({
  /** Milliseconds since 1970. */
  expires: z.coerce.number().int().nonnegative(),
  signature: z.string().regex(/^[\w-]{43}$/),
})
const ProviderParams = z.object({ providerId: z.string().regex(/^[a-z0-9-]{1,64}$/) })
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

/** Every route of the public API. The OpenAPI document and the server's own table are made from this. */
export const routes = {
  getMe: {
    method: 'GET',
    path: '/me',
    summary: 'Who you are, and what this installation offers',
    access: 'public',
    status: 200,
    response: Me,
  },
  signUp: {
    method: 'POST',
    path: '/sign-up',
    summary: 'Make an account; a guest keeps their chats',
    access: 'public',
    body: SignUpInput,
    status: 201,
    response: Me,
  },
  signIn: {
    method: 'POST',
    path: '/sign-in',
    summary: 'Sign in with e-mail and password; a guest’s chats move along',
    access: 'public',
    body: SignInInput,
    status: 200,
    response: Me,
  },
  signInAsGuest: {
    method: 'POST',
    path: '/sign-in/guest',
    summary: 'Start as a guest',
    access: 'public',
    status: 201,
    response: Me,
  },
  signOut: {
    method: 'POST',
    path: '/sign-out',
    summary: 'Sign out here',
    access: 'public',
    status: 204,
  },
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
  startFirstTurn: {
    method: 'POST',
    path: '/turns',
    summary: 'Start a chat with its first message',
    access: 'user',
    body: StartTurnInput,
    status: 202,
    response: TurnAccepted,
    streams: true,
  },
  startTurn: {
    method: 'POST',
    path: '/chats/:chatId/turns',
    summary: 'Send a message',
    access: 'user',
    params: ChatParams,
    body: StartTurnInput,
    status: 202,
    response: TurnAccepted,
    streams: true,
  },
  getTurn: {
    method: 'GET',
    path: '/turns/:turnId',
    summary: 'A turn’s state',
    access: 'user',
    params: TurnParams,
    status: 200,
    response: Turn,
  },
  followTurn: {
    method: 'GET',
    path: '/turns/:turnId/events',
    summary: 'A turn’s events, from `Last-Event-ID` on',
    access: 'user',
    params: TurnParams,
    status: 200,
    streams: true,
  },
  stopTurn: {
    method: 'POST',
    path: '/turns/:turnId/stop',
    summary: 'Stop an answer; what came until then is kept',
    access: 'user',
    params: TurnParams,
    status: 202,
    response: Turn,
  },
  listDataRequests: {
    method: 'GET',
    path: '/data-requests',
    summary: 'Your exports and deletions, the newest first',
    access: 'user',
    status: 200,
    response: DataRequestList,
  },
  startExport: {
    method: 'POST',
    path: '/exports',
    summary: 'Have everything of yours written into one file',
    access: 'user',
    status: 202,
    response: DataRequest,
  },
  startImport: {
    method: 'POST',
    path: '/imports',
    summary: 'Send an export, to have its chats again',
    access: 'user',
    upload: 'application/zip',
    status: 202,
    response: DataRequest,
  },
  downloadExport: {
    method: 'GET',
    path: '/exports/:requestId/file',
    summary: 'Fetch an export, by the link that it names',
    access: 'user',
    params: DataRequestParams,
    query: SignedLinkQuery,
    status: 200,
    file: 'application/zip',
  },
  deleteChats: {
    method: 'POST',
    path: '/chats/deletion',
    summary: 'Delete all of your chats and exports',
    access: 'user',
    body: DeleteChatsInput,
    status: 202,
    response: DataRequest,
  },
  deleteAccount: {
    method: 'POST',
    path: '/account/deletion',
    summary: 'Delete your account and everything of yours; nobody is signed in to it from then on',
    access: 'user',
    body: DeleteAccountInput,
    status: 202,
    response: AccountDeletion,
  },
  getAccountDeletion: {
    method: 'GET',
    path: '/account/deletion/:requestId',
    summary: 'How far the deletion of an account is, by the path that its request named',
    access: 'public',
    params: DataRequestParams,
    query: SignedLinkQuery,
    status: 200,
    response: AccountDeletion,
  },
  listProviders: {
    method: 'GET',
    path: '/admin/providers',
    summary: 'Providers and whether a key is set',
    access: 'admin',
    status: 200,
    response: ProviderSettingList,
  },
  setProviderKey: {
    method: 'PUT',
    path: '/admin/providers/:providerId/key',
    summary: 'Test a provider key, then keep and use it',
    access: 'admin',
    params: ProviderParams,
    body: SetProviderKeyInput,
    status: 200,
    response: ProviderSettingList,
  },
  removeProviderKey: {
    method: 'DELETE',
    path: '/admin/providers/:providerId/key',
    summary: 'Forget a provider key',
    access: 'admin',
    params: ProviderParams,
    status: 200,
    response: ProviderSettingList,
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
