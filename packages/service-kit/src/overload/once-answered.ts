import type { ServerResponse } from 'node:http'

/** Calls `then` when the answer has begun, or its reader has gone: what a stream sends after that costs little. */
export function onceAnswered(response: ServerResponse, then: () => void): void {
  const { writeHead } = response
  // Node calls it by itself, too, where nobody did.
  response.writeHead = function (this: ServerResponse, ...head: Parameters<typeof writeHead>) {
    then()
    return writeHead.apply(this, head)
  } as typeof writeHead
  response.once('close', then)
}
