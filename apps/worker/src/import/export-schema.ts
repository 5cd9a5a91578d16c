import {
  AnswerFinish,
  Identifier,
  MessagePart,
  MessageRole,
  Timestamp,
} from '@brainlyx/chat-contract'
import { timestampOf } from '@brainlyx/db'
import { z } from 'zod'
import { EXPORT_VERSION } from '../export/write-export.ts'

/** Partitions can be made for no earlier month. */
const OLDEST = Date.UTC(2020, 0, 1)
const CLOCK_TOLERANCE_MS = 5 * 60 * 1000

/** Made at a time that there is a month for; `created_at` in our tables is this time. */
const PastIdentifier = Identifier.refine(
  (id) => {
    const time = timestampOf(id).getTime()
    return time >= OLDEST && time <= Date.now() + CLOCK_TOLERANCE_MS
  },
  { error: 'was made before 2020 or is ahead of time', abort: true },
)

export const Manifest = z.object({
  format: z.literal('brainlyx-export'),
  version: z.literal(EXPORT_VERSION, `must be ${EXPORT_VERSION}: this version reads no other`),
})

export const ChatLine = z.object({
  type: z.literal('chat'),
  id: PastIdentifier,
  title: z.string().min(1).max(200).nullable(),
  titleSource: z.enum(['job', 'user']).nullable(),
  lastMessageId: Identifier.nullable(),
  updatedAt: Timestamp.transform((text) => new Date(text)),
})
export type ChatLine = z.infer<typeof ChatLine>

export const MessageLine = z.object({
  type: z.literal('message'),
  id: PastIdentifier,
  parentId: Identifier.nullable(),
  turnId: Identifier,
  role: MessageRole,
  parts: z.array(MessagePart).max(10_000),
  model: z.string().max(200).nullable(),
  finish: AnswerFinish.nullable(),
})
export type MessageLine = z.infer<typeof MessageLine>
