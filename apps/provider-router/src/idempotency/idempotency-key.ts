import { IDEMPOTENCY_HEADER } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Request } from 'express'

/**
 * The caller's name for a request that it may send again. Absent: undefined.
 * @throws {ServiceError} 400 `invalid-request` where it is no name: the caller counts on it
 */
export function idempotencyKey(request: Request): string | undefined {
  const key = request.get(IDEMPOTENCY_HEADER)
  if (key === undefined) return undefined
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new ServiceError({
    code: 'invalid-request',
    status: 400,
    title: 'The request is not valid.',
    detail: `\`${IDEMPOTENCY_HEADER}\` is 1 to 255 letters, digits and signs of ASCII without blanks.`,
    fields: [{ path: IDEMPOTENCY_HEADER, message: 'is no key' }],
  })
}
