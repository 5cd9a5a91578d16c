import express from 'express'
import type { RequestHandler } from 'express'
import type { IncomingMessage } from 'node:http'
import { ServiceError } from '../service-error.ts'
import { refuseHostileJson } from './refuse-hostile-json.ts'

const PLAIN_JSON = /^application\/json(?: *; *charset="?utf-8"?)?$/i
const BYTE_ORDER_MARK = 0xfeff

/**
 * A body of JSON into `request.body`. What nearly all send, JSON in UTF-8 of a stated length and not compressed, is
 * read here: Express's own reader took 4 % of a small answer's CPU. Everything else is left to that one.
 */
export function readJson({ limitBytes }: { limitBytes: number }): RequestHandler {
  const readAny = express.json({ limit: limitBytes, verify: refuseHostileJson })
  return async (request, response, next) => {
    if (!isPlain(request, limitBytes)) {
      readAny(request, response, next)
      return
    }
    // Of a caller that leaves in the middle nothing more is heard.
    const body = await wholeBody(request)
    refuseHostileJson(request, response, body)
    request.body = parsed(body)
    next()
  }
}

function isPlain({ headers }: IncomingMessage, limitBytes: number): boolean {
  const length = headers['content-length']
  return (
    length !== undefined &&
    Number(length) <= limitBytes &&
    headers['content-encoding'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    PLAIN_JSON.test(headers['content-type'] ?? '')
  )
}

function wholeBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)))
  })
}

/** As Express has it: an empty body is an empty object, and anything but an object or a list is an error. */
function parsed(body: Buffer): unknown {
  if (body.length === 0) return {}
  const text = body.toString('utf8')
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Answered below.
  }
  throw new ServiceError({
    code: 'malformed-body',
    status: 400,
    title: 'The request cannot be read.',
  })
}
