import { Identifier } from '@brainlyx/chat-contract'
import type { ChatCursor } from '@brainlyx/db'
import { z } from 'zod'
import { invalidRequest } from '../http/validate.ts'

const ChatPlace = z.tuple([z.enum(['older', 'newer']), z.iso.datetime(), Identifier])

/** On which side of a chat a page of the list begins. */
export type ChatListPlace = { readonly after: ChatCursor } | { readonly before: ChatCursor }

/** Cursors are opaque to clients, so that what a list is ordered by can change. */
export function encodeChatPlace(place: ChatListPlace): string {
  const side = 'after' in place ? 'older' : 'newer'
  const { updatedAt, id } = 'after' in place ? place.after : place.before
  return encodeCursor([side, updatedAt.toISOString(), id])
}

/** @throws {ServiceError} 400 where it is not one of ours */
export function decodeChatPlace(text: string): ChatListPlace {
  const [side, updatedAt, id] = decodeCursor(ChatPlace, text)
  const cursor = { updatedAt: new Date(updatedAt), id }
  return side === 'older' ? { after: cursor } : { before: cursor }
}

export function encodeCursor(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** @throws {ServiceError} 400 where it is not one that `encodeCursor` made of such values */
export function decodeCursor<T>(schema: z.ZodType<T>, text: string): T {
  const values = schema.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')))
  if (values.success) return values.data
  throw invalidRequest([{ path: 'cursor', message: 'is not one that this list gave' }])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
