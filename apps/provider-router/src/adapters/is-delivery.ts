import type { StreamPart } from './stream-part.ts'

/** Whether a part is a piece of the answer. Until the first of these another deployment can still take over unseen. */
export function isDelivery(part: StreamPart): boolean {
  switch (part.type) {
    case 'quota-report':
    case 'response-start':
    case 'usage':
    case 'reasoning-signature':
      return false
    default:
      return true
  }
}
