import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'

export const DataRequestKind = z.enum(['export', 'import', 'chats-deletion', 'account-deletion'])
export type DataRequestKind = z.infer<typeof DataRequestKind>

export const DataRequestState = z.enum(['waiting', 'running', 'completed', 'failed'])
export type DataRequestState = z.infer<typeof DataRequestState>

/** Something that is done with all of a user's data, on its way or at its end. */
export const DataRequest = z.object({
  id: Identifier,
  kind: DataRequestKind,
  state: DataRequestState,
  /** Chats dealt with so far, of `total`; null until they have been counted. */
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
  createdAt: Timestamp,
  endedAt: Timestamp.nullable(),
  /** Of an export that can be fetched: a path of this origin, for its user only and for a short time. */
  download: z
    .object({ path: z.string(), sizeBytes: z.int().nonnegative(), expiresAt: Timestamp })
    .nullable(),
  /** Why it failed: a kebab-case code. */
  problem: z.string().nullable(),
  /** Where in an imported file: the file in it, the line, the field. */
  detail: z.string().nullable(),
})
export type DataRequest = z.infer<typeof DataRequest>

export const DataRequestList = z.object({
  /** The newest first. */
  requests: z.array(DataRequest),
})
export type DataRequestList = z.infer<typeof DataRequestList>

/** What is typed before all chats are deleted. */
export const CHATS_DELETION_PHRASE = 'delete all my chats'
/** What is typed before an account is deleted. */
export const ACCOUNT_DELETION_PHRASE = 'delete my account'

export const DeleteChatsInput = z.object({ confirmation: z.literal(CHATS_DELETION_PHRASE) })
export type DeleteChatsInput = z.infer<typeof DeleteChatsInput>

export const DeleteAccountInput = z.object({
  confirmation: z.literal(ACCOUNT_DELETION_PHRASE),
  /** Members only; a guest has none. */
  password: z.string().min(1).max(256).optional(),
})
export type DeleteAccountInput = z.infer<typeof DeleteAccountInput>

/** The account is closed from this answer on. */
export const AccountDeletion = z.object({
  state: DataRequestState,
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
  /** `GET` it to see how far the deletion is; nobody is signed in any more who could ask otherwise. */
  progressPath: z.string(),
})
export type AccountDeletion = z.infer<typeof AccountDeletion>
