import { ServiceError, errorFormatOf } from '@brainlyx/service-kit'
import type { Request } from 'express'
import type { RequestOrigin } from '../http/request-origin.ts'
import type { KeyDirectory, KnownKey } from './key-directory.ts'
import type { KeyUses } from './key-uses.ts'
import { hashOfKey, isWellFormedKey } from './key-secret.ts'
import type { UnknownKeyLimit } from './unknown-key-limit.ts'

/**
 * Whose key a request shows in `Authorization`, and in no other place where it is there: a limit that counts by key must
 * not be escaped by showing another one elsewhere. Cookies and access tokens do not count.
 * @throws {ServiceError} 401 `missing-api-key` or `invalid-api-key`, 429 `too-many-attempts`
 */
export function createKeyAuthenticator(options: {
  directory: Pick<KeyDirectory, 'recall' | 'look'>
  limit: UnknownKeyLimit
  uses: KeyUses
}): (request: Request, origin: RequestOrigin) => Promise<KnownKey> {
  const { directory, limit, uses } = options
  return async (request, { address }) => {
    const shown = shownKey(request)
    if (shown === undefined) throw missingApiKey
    if (!isWellFormedKey(shown)) throw invalidApiKey
    const hash = hashOfKey(shown)
    let key = directory.recall(hash)
    if (key === undefined) {
      await limit.check(address)
      key = await directory.look(hash)
    }
    if (key === null) {
      await limit.count(address)
      throw invalidApiKey
    }
    uses.note(key, address)
    return key
  }
}

function shownKey(request: Request): string | undefined {
  const authorization = request.get('authorization')
  // Anthropic's SDKs have a header of their own.
  if (authorization === undefined && errorFormatOf(request.path) === 'anthropic') {
    return request.get('x-api-key')
  }
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
}

const missingApiKey = new ServiceError({
  code: 'missing-api-key',
  status: 401,
  title: 'Who calls is not known.',
  detail: 'Send `Authorization: Bearer bx-…` with an API key; the settings page makes one.',
})

const invalidApiKey = new ServiceError({
  code: 'invalid-api-key',
  status: 401,
  title: 'This API key is not valid.',
  detail: 'It is mistyped, revoked or expired. The settings page makes another.',
})
