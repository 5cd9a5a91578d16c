import type { ServerResponse } from 'node:http'
import type { Attempt } from '../attempt-log/attempt-log.ts'
import type { Reply } from '../wire/wire.ts'
import type { RunningAttempt } from './running-attempt.ts'

/** Sends a reply that is complete at once, and settles the attempt. */
export function sendReply(
  response: ServerResponse,
  attempt: RunningAttempt,
  reply: Reply,
  endedBy: NonNullable<Attempt['endedBy']>,
): void {
  attempt.record.status = reply.status
  attempt.settle(endedBy)
  response
    .writeHead(reply.status, {
      ...reply.headers,
      'content-length': String(Buffer.byteLength(reply.body)),
    })
    .end(reply.body)
}
