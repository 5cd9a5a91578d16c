import { ServiceError } from '@brainlyx/service-kit'
import { APIError } from 'better-auth/api'

/** Runs a function of the auth library; what it refuses is said as we say it. */
export async function inOurWords<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = codeOf(error)
    if (code.startsWith('USER_ALREADY_EXISTS')) throw emailTaken
    throw REFUSALS.get(code) ?? error
  }
}

/** What the auth library calls an error. */
export function codeOf(error: unknown): string {
  return error instanceof APIError ? (error.body?.code ?? String(error.status)) : ''
}

export const emailTaken = new ServiceError({
  code: 'email-taken',
  status: 409,
  title: 'There is an account with this e-mail address.',
  detail: 'Sign in with it instead.',
  fields: [{ path: 'email', message: 'has an account already' }],
})

export const wrongCredentials = new ServiceError({
  code: 'wrong-credentials',
  status: 401,
  title: 'The e-mail address or the password is wrong.',
})

const wrongCode = new ServiceError({
  code: 'wrong-code',
  status: 401,
  title: 'The code is wrong.',
  detail: 'Enter the one that your app shows now, or one of your backup codes. Each is good once.',
  fields: [{ path: 'code', message: 'is wrong' }],
})

export const signInExpired = new ServiceError({
  code: 'sign-in-expired',
  status: 401,
  title: 'This took too long, or was tried too often.',
  detail: 'Sign in with your password again.',
})

const locked = new ServiceError({
  code: 'too-many-attempts',
  status: 429,
  title: 'Too many wrong codes.',
  detail: 'Wait a quarter of an hour, then try again.',
  retryable: true,
  retryAfterMs: 15 * 60 * 1000,
})

const REFUSALS: ReadonlyMap<string, ServiceError> = new Map([
  ['INVALID_EMAIL_OR_PASSWORD', wrongCredentials],
  ['INVALID_CODE', wrongCode],
  ['INVALID_BACKUP_CODE', wrongCode],
  ['INVALID_TWO_FACTOR_COOKIE', signInExpired],
  // Two backup codes at once: the library's list of them had changed when it wrote the second.
  ['CONFLICT', signInExpired],
  ['TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE', signInExpired],
  ['ACCOUNT_TEMPORARILY_LOCKED', locked],
])
