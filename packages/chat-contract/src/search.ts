import { z } from 'zod'
import { Chat } from './chat.ts'
import { Cursor, Identifier, Timestamp } from './identifier.ts'
import { MessageRole } from './message.ts'

export const SearchText = z.string().trim().min(1).max(300)

export const SearchQuery = z.object({
  /**
   * Words that must all occur, each in any of its forms; `"a phrase"` as it is written; `begin*`; `-without`. Filters:
   * `title:`, `model:`, `before:` and `after:` a year, month or day (UTC), `has:file`.
   */
  q: SearchText,
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
})

/** A piece of text, to be shown as text. */
export const TextSegment = z.object({
  text: z.string(),
  /** One of the words searched for. */
  match: z.boolean(),
})
export type TextSegment = z.infer<typeof TextSegment>

export const FoundChat = z.object({ chat: Chat, title: z.array(TextSegment) })
export type FoundChat = z.infer<typeof FoundChat>

export const FoundMessage = z.object({
  messageId: Identifier,
  chatId: Identifier,
  chatTitle: z.string().nullable(),
  role: MessageRole,
  model: z.string().nullable(),
  createdAt: Timestamp,
  /** From around what was found. */
  excerpt: z.array(TextSegment),
})
export type FoundMessage = z.infer<typeof FoundMessage>

export const SearchPage = z.object({
  /** By their titles; on the first page only. */
  chats: z.array(FoundChat),
  /** Best first, among those of a stretch of time; the next page goes on with older ones. */
  messages: z.array(FoundMessage),
  /** How far back messages have been looked at; null where only titles were asked for. */
  searchedFrom: Timestamp.nullable(),
  /** Null where there is nothing older to look at; a page can be empty and have a next one. */
  nextCursor: z.string().nullable(),
})
export type SearchPage = z.infer<typeof SearchPage>
