import { ServiceError } from '@brainlyx/service-kit'
import type { Principal } from '../http/principal.ts'
import type { ModelList } from '../model/model-list.ts'

export interface GuestPolicy {
  areWelcome(): Promise<boolean>
  /** @throws {ServiceError} 403 `guests-not-welcome`: what costs money is for accounts */
  admit(principal: Pick<Principal, 'kind'>): Promise<void>
}

/**
 * Guests cost nothing as long as answers are simulated. Once a provider is paid for, whoever makes a new guest would have
 * a new allowance; so they are asked to sign up, unless this was switched on. Their chats stay theirs.
 */
export function createGuestPolicy(options: {
  setting: 'auto' | 'on' | 'off'
  models: Pick<ModelList, 'read'>
}): GuestPolicy {
  const { setting, models } = options

  async function areWelcome(): Promise<boolean> {
    if (setting !== 'auto') return setting === 'on'
    const known = await models.read().catch(() => undefined)
    // Nothing is answered while the router is away; whoever comes then is not turned away for good.
    return known === undefined || known.every((model) => model.brainlyx.simulated)
  }

  return {
    areWelcome,
    async admit({ kind }) {
      if (kind === 'guest' && !(await areWelcome())) throw guestsNotWelcome
    },
  }
}

export const guestsNotWelcome = new ServiceError({
  code: 'guests-not-welcome',
  status: 403,
  title: 'Sign up to chat here.',
  detail: 'The chats that you have stay yours.',
})
