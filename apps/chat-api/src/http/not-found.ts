import { ServiceError } from '@brainlyx/service-kit'

/** The same for what is not there and for what is another user's. */
export function notFound(
  what:
    | 'chat'
    | 'turn'
    | 'message'
    | 'account'
    | 'deletion'
    | 'export'
    | 'user'
    | 'sign-in'
    | 'tier'
    | 'api-key'
    | 'sign-in-provider'
    | 'mailbox'
    | 'invitation'
    | 'announcement',
): ServiceError {
  return new ServiceError({
    code: `${what}-not-found`,
    status: 404,
    title: `There is no such ${what}.`,
  })
}
