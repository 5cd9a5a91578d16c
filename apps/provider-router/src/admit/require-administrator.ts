import { ServiceError } from '@brainlyx/service-kit'
import type { AdminKeyHolder, Caller } from './authenticate.ts'

/** The service that answers for an administrator of this installation. */
const ADMINISTRATING_SERVICE = 'chat-api'

/**
 * Those that may see and change what is configured: chat-api, and holders of an administrator's key.
 * @returns who it is, for the log
 * @throws {ServiceError} 403
 */
export function requireAdministrator(caller: Caller | AdminKeyHolder): string {
  if (caller.kind === 'admin-key') return `admin-key ${caller.hint}`
  if (caller.kind === 'service' && caller.service === ADMINISTRATING_SERVICE) return caller.service
  throw new ServiceError({
    code: 'not-permitted',
    status: 403,
    title: 'This caller may not do this.',
    detail: 'Only an administrator may see or change this.',
  })
}
