import { z } from 'zod'
import {
  AccountDeletion,
  DataRequest,
  DataRequestList,
  DeleteAccountInput,
  DeleteChatsInput,
} from '../data-request.ts'
import { Identifier } from '../identifier.ts'
import type { Route } from './route.ts'

const DataRequestParams = z.object({ requestId: Identifier })
/** What a link that we signed ends with. */
const SignedLinkQuery = z.object({
  /** Milliseconds since 1970. */
  expires: z.coerce.number().int().nonnegative(),
  signature: z.string().regex(/^[\w-]{43}$/),
})

export const rightsRoutes = {
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
    criticality: 'optional',
    status: 202,
    response: DataRequest,
  },
  startImport: {
    method: 'POST',
    path: '/imports',
    summary: 'Send an export, to have its chats again',
    access: 'user',
    criticality: 'optional',
    upload: 'application/zip',
    status: 202,
    response: DataRequest,
  },
  downloadExport: {
    method: 'GET',
    path: '/exports/:requestId/file',
    summary: 'Fetch an export, by the link that it names',
    access: 'user',
    criticality: 'optional',
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
} as const satisfies Record<string, Route>
