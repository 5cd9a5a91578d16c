import { COMPLETION_FORMAT } from './completion-stream.ts'
import type { StreamFormat } from './completion-stream.ts'
import type { RequestWishes } from './request-wishes.ts'

/** The last event says that it is the last. */
const NAMED_EVENTS: StreamFormat = { frame, endMark: '' }
/** Our own services know a stream's end by the same mark as everywhere. */
const FOR_SERVICES: StreamFormat = { frame, endMark: COMPLETION_FORMAT.endMark }

/** Events that are named by their `type`, as those of responses and of messages are. */
export function namedEvents({ readsEvents }: Pick<RequestWishes, 'readsEvents'>): StreamFormat {
  return readsEvents ? FOR_SERVICES : NAMED_EVENTS
}

function frame(item: object): string {
  const named = 'type' in item && typeof item.type === 'string' ? `event: ${item.type}\n` : ''
  return `${named}${COMPLETION_FORMAT.frame(item)}`
}
