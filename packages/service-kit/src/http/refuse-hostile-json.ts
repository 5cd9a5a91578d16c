import { isUtf8 } from 'node:buffer'
import { ServiceError } from '../service-error.ts'

const DEPTH_LIMIT = 64
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENERS = new Set([0x5b, 0x7b])
const CLOSERS = new Set([0x5d, 0x7d])

/**
 * Refuses, before it is parsed, JSON that is harmless to us but not to what comes after: nesting that overflows a
 * recursive walk, NUL and lone surrogates (Postgres takes neither), and bytes that are not UTF-8.
 * @throws {ServiceError} 400
 */
export function refuseHostileJson(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw refusal('The body is not UTF-8.')
  let depth = 0
  let inString = false
  let hasSurrogateEscape = false
  for (let index = 0; index < body.length; index++) {
    const byte = body[index]!
    if (inString) {
      if (byte === QUOTE) inString = false
      else if (byte === BACKSLASH) {
        index++
        if (body[index] !== 0x75) continue // \u
        const hex = body.toString('latin1', index + 1, index + 5).toLowerCase()
        if (hex === '0000') throw refusal('The body has a NUL character.')
        if (hex.startsWith('d')) hasSurrogateEscape = true
      }
    } else if (byte === QUOTE) inString = true
    else if (OPENERS.has(byte)) {
      if (++depth > DEPTH_LIMIT) throw refusal(`The body nests deeper than ${DEPTH_LIMIT} levels.`)
    } else if (CLOSERS.has(byte)) depth--
  }
  if (hasSurrogateEscape) refuseLoneSurrogates(body)
}

function refuseLoneSurrogates(body: Buffer): void {
  const check = (key: string, value: unknown): unknown => {
    if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) {
      throw refusal('The body has half of a surrogate pair.')
    }
    return value
  }
  try {
    JSON.parse(body.toString('utf8'), check)
  } catch (error) {
    // Malformed JSON gets its own error from the parser that follows.
    if (error instanceof ServiceError) throw error
  }
}

function refusal(detail: string): ServiceError {
  return new ServiceError({
    code: 'malformed-body',
    status: 400,
    title: 'The body cannot be read.',
    detail,
  })
}
