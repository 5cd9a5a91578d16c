import { ServiceError } from '@brainlyx/service-kit'
import type { IdentityService } from '../identity/identity.service.ts'
import type { SignInLimits } from '../identity/sign-in-limits.ts'

/**
 * The password again, whoever sits at a computer that was left signed in.
 * @throws {ServiceError} 403 `wrong-password`, 429 `too-many-attempts`
 */
export type ProvePassword = (
  user: { readonly id: string; readonly email: string },
  password: string,
) => Promise<void>

export function createPasswordProof(dependencies: {
  identity: Pick<IdentityService, 'knowsPassword'>
  limits: Pick<SignInLimits, 'countAccount' | 'clearAccount'>
}): ProvePassword {
  const { identity, limits } = dependencies
  return async ({ id, email }, password) => {
    await limits.countAccount(email)
    if (!(await identity.knowsPassword(id, password))) throw wrongPassword
    await limits.clearAccount(email)
  }
}

const wrongPassword = new ServiceError({
  code: 'wrong-password',
  status: 403,
  title: 'The password is wrong.',
  fields: [{ path: 'password', message: 'is wrong' }],
})
