import { Identifier } from '@brainlyx/chat-contract'
import type { ChatCursor } from '@brainlyx/db'
import { z } from 'zod'
import { invalidRequest } from '../http/validate.ts'

const ChatPlace = z.tuple([z.iso.datetime(), Identifier])

/** Cursors are opaque to clients, so that what a list is ordered by can change. */
export function encodeChatCursor(cursor: ChatCursor): string {
  return Buffer.from(JSON.stringify([cursor.updatedAt.toISOString(), cursor.id])).toString(
    'base64url',
  )
}

/** @throws {ServiceError} 400 where it is not one of ours */
export function decodeChatCursor(text: string): ChatCursor {
  const place = ChatPlace.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')))
  if (!place.success)
    throw invalidRequest([{ path: 'cursor', message: 'is not one that this list gave' }])
  const [updatedAt, id] = place.data
  return { updatedAt: new Date(updatedAt), id }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
