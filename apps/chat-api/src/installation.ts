import type { Me } from '@brainlyx/chat-contract'
import type { UserRow } from '@brainlyx/db'
import type { Redis } from 'ioredis'
import type { GuestPolicy } from './account/guest-policy.ts'
import type { SignUpPolicy } from './account/sign-up-policy.ts'
import type { ModelList } from './model/model-list.ts'

/** What a page must know of the installation that it runs on. */
export function createInstallationDescription(options: {
  mode: 'local' | 'production'
  models: ModelList
  redis: Redis
  guests: Pick<GuestPolicy, 'areWelcome'>
  policy: Pick<SignUpPolicy, 'shownMode'>
  sendsMail: boolean
  hasMailbox: boolean
  signInProviders: Me['installation']['signInProviders']
}): (user: UserRow | undefined) => Promise<Me['installation']> {
  const { mode, models, redis, guests, policy, ...rest } = options
  return async (user) => {
    const known = await models.read().catch(() => undefined)
    const degraded = [
      ...(redis.status === 'ready' ? [] : ['redis']),
      ...(known === undefined ? ['provider-router'] : []),
    ]
    return {
      mode,
      simulated:
        known !== undefined && known.length > 0 && known.every((model) => model.brainlyx.simulated),
      canSetProviderKeys: user?.role === 'admin',
      guests: await guests.areWelcome(),
      signUp: await policy.shownMode(),
      ...rest,
      degraded,
    }
  }
}
