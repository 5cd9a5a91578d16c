import type { StreamPart } from '../adapters/stream-part.ts'

/** Whether a part is a piece of the answer. Until the first of these another deployment can still take over unseen. */
export function isDelivery(part: StreamPart): boolean {
  return (
    part.type !== 'response-start' && part.type !== 'usage' && part.type !== 'reasoning-signature'
  )
}
