import type { Response } from 'express'

/** Express's own way through types, charsets, entity tags and freshness costs more than the answer itself. */
export function sendJson(response: Response, body: unknown): void {
  const text = JSON.stringify(body)
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(text))
  // As text it leaves with its headers in one write.
  response.end(text)
}
