import { sql } from 'kysely'
import type { MessageRow } from '../tables/chats.ts'

/** All but what a message is found by, which is larger than the message and would be read and sent with each. */
export const MESSAGE_COLUMNS = [
  'id',
  'createdAt',
  'userId',
  'sessionId',
  'turnId',
  'parentId',
  'role',
  'parts',
  'model',
  'finish',
  'costPicoUsd',
  'inputTokens',
  'outputTokens',
] as const satisfies (keyof MessageRow)[]

/** The same, for a statement of its own. */
export const messageColumns = sql.join(MESSAGE_COLUMNS.map((column) => sql.ref(column)))
