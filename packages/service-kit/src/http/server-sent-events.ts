import type { Response } from 'express'

/** Begins a stream of server-sent events, before there is any; proxies are told not to hold it back. */
export function openSse(response: Response): void {
  setSseHeaders(response)
  response.flushHeaders()
}

/** The same where the first event follows at once, so that both leave in one write. */
export function setSseHeaders(response: Response): void {
  response.status(200)
  response.setHeader('content-type', 'text/event-stream; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-accel-buffering', 'no')
}

export interface SseFrame {
  event?: string
  id?: string
  data?: string
  comment?: string
  retryMs?: number
}

/** One frame as it is sent. */
export function formatSse(frame: SseFrame): string {
  let text = ''
  if (frame.comment !== undefined) text += `: ${frame.comment}\n`
  if (frame.retryMs !== undefined) text += `retry: ${Math.round(frame.retryMs)}\n`
  if (frame.id !== undefined) text += `id: ${frame.id}\n`
  if (frame.event !== undefined) text += `event: ${frame.event}\n`
  if (frame.data !== undefined) text += `data: ${frame.data.replaceAll('\n', '\ndata: ')}\n`
  return `${text}\n`
}

/**
 * Writes one frame and flushes it through the compressor.
 * @returns false where the reader is behind; wait for `drain` or `close`.
 */
export function writeSse(response: Response, frame: SseFrame): boolean {
  const accepted = response.write(formatSse(frame))
  response.flush()
  return accepted
}
