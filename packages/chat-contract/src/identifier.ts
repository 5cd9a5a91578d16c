import { z } from 'zod'

/** Ids are UUIDv7: their first 48 bits are the time they were made. */
export const Identifier = z.uuidv7()
export type Identifier = z.infer<typeof Identifier>

/** RFC 3339, UTC. */
export const Timestamp = z.iso.datetime()
export type Timestamp = z.infer<typeof Timestamp>

/** Opaque; from a previous page's `nextCursor`. */
export const Cursor = z.string().min(1).max(512)
