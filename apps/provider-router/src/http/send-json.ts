import type { Response } from 'express'

/** Without Express's entity tag, which is a hash of the answer that no caller of a POST ever sends back. */
export function sendJson(response: Response, body: unknown): void {
  sendJsonText(response, JSON.stringify(body))
}

export function sendJsonText(response: Response, text: string): void {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(text))
  // As text it leaves with its headers in one write.
  response.end(text)
}
