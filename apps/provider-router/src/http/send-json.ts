import type { Response } from 'express'

/** Express's own way through types, charsets, entity tags and freshness costs more than the answer itself. */
export function sendJson(response: Response, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', bytes.length)
  response.end(bytes)
}
