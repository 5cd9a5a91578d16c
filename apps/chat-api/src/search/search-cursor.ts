import { Identifier } from '@brainlyx/chat-contract'
import type { SearchPlace } from '@brainlyx/db'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../chat/cursor.ts'

const Place = z.union([
  z.tuple([z.iso.datetime()]),
  z.tuple([z.iso.datetime(), z.number().min(0).max(1_000), Identifier]),
])

export function encodeSearchPlace({ until, after }: SearchPlace): string {
  return encodeCursor([until.toISOString(), ...(after ? [after.rank, after.messageId] : [])])
}

/** @throws {ServiceError} 400 where it is not one of ours */
export function decodeSearchPlace(text: string): SearchPlace {
  const [until, rank, messageId] = decodeCursor(Place, text)
  if (rank === undefined || messageId === undefined) return { until: new Date(until) }
  return { until: new Date(until), after: { rank, messageId } }
}
