import type { StreamPart } from '../adapters/stream-part.ts'
import type { RouteEvent } from '../call/route-event.ts'

/** What an event takes beside its text. */
const OVERHEAD_BYTES = 100

/** Roughly what keeping an event costs. */
export function sizeOfEvent(event: RouteEvent): number {
  if (event.type === 'event') return OVERHEAD_BYTES
  return event.parts.reduce((sum, part) => sum + OVERHEAD_BYTES + 2 * lengthOf(part), 0)
}

function lengthOf(part: StreamPart): number {
  if ('text' in part) return part.text.length
  return 'arguments' in part ? part.arguments.length : 0
}
