import { findLinkedAuthUser } from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { SignUpPolicy } from '../account/sign-up-policy.ts'
import { actingUser } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import type { AuthLibrary } from '../identity/better-auth.ts'
import type { IdentityService } from '../identity/identity.service.ts'
import type { SignIn } from '../identity/sign-in.ts'
import type { SignUpService } from '../identity/sign-up.service.ts'
import type { UserAdministration } from '../identity/user-administration.ts'
import type { UserMapping } from '../identity/user-mapping.ts'
import type { Visitor } from '../identity/visitor.ts'
import type { ProviderProfile, ProviderProtocol } from './provider-protocol.ts'
import type { ProviderSettings } from './provider-settings.ts'

/** How long somebody may take over there. */
const LIFETIME_MS = 10 * 60 * 1000

export interface Provider {
  readonly settings: ProviderSettings
  readonly protocol: ProviderProtocol
}

export interface ProviderSignInService {
  /**
   * @returns where the browser goes, and what it must bring back in a cookie
   * @throws {ServiceError} 404, 502 `provider-unreachable`
   */
  begin(providerId: string, invitation: string | undefined): Promise<{ url: URL; binding: string }>
  /**
   * @param callback the whole address that the browser came back to
   * @param binding of the browser's cookie
   * @throws {ServiceError} 401, 403, 409, 502: with a code that a page can tell
   */
  end(
    providerId: string,
    callback: URL,
    binding: string | undefined,
    visitor: Visitor,
  ): Promise<SignIn>
}

/** What is kept of a sign-in on its way, under the hash of its state: used once, whoever comes with it. */
const Kept = z.object({
  providerId: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** Of the browser that began it. */
  bindingHash: z.string(),
  invitation: z.string().optional(),
})

export function createProviderSignInService(dependencies: {
  db: Kysely<Database>
  auth: AuthLibrary
  users: Pick<UserMapping, 'userOf'>
  identity: Pick<IdentityService, 'signInVouched'>
  signUps: Pick<SignUpService, 'signUpVouched'>
  policy: Pick<SignUpPolicy, 'admit'>
  administration: Pick<UserAdministration, 'changeRole' | 'changeTier'>
  audit: AuditLog
  providers: ReadonlyMap<string, Provider>
}): ProviderSignInService {
  const { db, auth, users, identity, signUps, policy, administration, audit, providers } =
    dependencies

  function providerOf(providerId: string): Provider {
    const provider = providers.get(providerId)
    if (provider === undefined) throw notFound('sign-in-provider')
    return provider
  }

  /** The account of the auth library that somebody of a provider signs in to; linked or made at the first time. */
  async function accountOf(
    { settings }: Provider,
    profile: ProviderProfile,
    how: { visitor: Visitor; invitation: string | undefined },
  ): Promise<string> {
    const { id: providerId, trusted, signUp } = settings
    const linked = await findLinkedAuthUser(db, { providerId, subject: profile.subject })
    if (linked !== undefined) return linked
    const { email, emailVerified, subject } = profile
    // Whoever may write any address into a profile elsewhere shall not come by it to an account here.
    if (email === null || !emailVerified) throw addressNotVerified
    const { internalAdapter } = await auth.$context
    const link = { providerId, accountId: subject }
    const existing = await internalAdapter.findUserByEmail(email)
    if (existing !== null) {
      const user = await users.userOf(existing.user)
      // An account whose address nobody confirmed may be somebody else's, who knows its password.
      if (!trusted || user.emailVerifiedAt === null) throw accountExists
      await internalAdapter.linkAccount({ userId: existing.user.id, ...link })
      await audit.record({ by: actingUser(user, how.visitor.address), action: 'account-link' })
      return existing.user.id
    }
    if (signUp === 'rules') await policy.admit({ email, invitation: how.invitation })
    const account = await internalAdapter.createUser(
      { email, name: profile.name ?? '', emailVerified: true },
      { method: 'oauth' },
    )
    try {
      await internalAdapter.linkAccount({ userId: account.id, ...link })
      await signUps.signUpVouched(account, how.visitor, how.invitation)
    } catch (error) {
      await internalAdapter.deleteUser(account.id)
      throw error
    }
    return account.id
  }

  /** What the groups say, at each sign-in: whoever has left one loses what it gave. */
  async function applyGroups(
    { settings: { admins, tiers } }: Provider,
    { groups }: ProviderProfile,
    user: UserRow,
  ): Promise<void> {
    const isIn = (wanted: readonly string[]): boolean =>
      wanted.some((group) => groups.includes(group))
    const by = { kind: 'service' } as const
    if (admins !== undefined) {
      await administration.changeRole(by, user.id, isIn(admins) ? 'admin' : 'user')
    }
    if (tiers !== undefined) {
      const tier = Object.entries(tiers).find(([, wanted]) => isIn(wanted))?.[0] ?? 'free'
      await administration.changeTier(by, user.id, tier)
    }
  }

  return {
    async begin(providerId, invitation) {
      const { protocol } = providerOf(providerId)
      const secrets = { state: random(), nonce: random(), codeVerifier: random() }
      const binding = random()
      const url = await protocol.begin(secrets)
      const { internalAdapter } = await auth.$context
      const { nonce, codeVerifier } = secrets
      const kept = { providerId, nonce, codeVerifier, bindingHash: hash(binding), invitation }
      await internalAdapter.createVerificationValue({
        identifier: identifierOf(secrets.state),
        value: JSON.stringify(kept),
        expiresAt: new Date(Date.now() + LIFETIME_MS),
      })
      return { url, binding }
    },

    async end(providerId, callback, binding, visitor) {
      const provider = providerOf(providerId)
      const state = callback.searchParams.get('state') ?? ''
      const { internalAdapter } = await auth.$context
      const row = await internalAdapter.consumeVerificationValue(identifierOf(state))
      const kept = row === null ? undefined : Kept.parse(JSON.parse(row.value))
      if (kept?.providerId !== providerId) throw signInExpired
      // Otherwise one could send somebody else to the end of one's own sign-in.
      if (binding === undefined || hash(binding) !== kept.bindingHash) throw signInExpired
      const { nonce, codeVerifier, invitation } = kept
      const profile = await provider.protocol.end(callback, { state, nonce, codeVerifier })
      const authUserId = await accountOf(provider, profile, { visitor, invitation })
      const account = await internalAdapter.findUserById(authUserId)
      if (account === null) throw signInExpired
      const user = await users.userOf(account)
      await applyGroups(provider, profile, user)
      return identity.signInVouched(authUserId, visitor)
    },
  }
}

export function identifierOf(state: string): string {
  return `provider-sign-in:${hash(state)}`
}

function random(): string {
  return randomBytes(32).toString('base64url')
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

const signInExpired = new ServiceError({
  code: 'sign-in-expired',
  status: 401,
  title: 'This took too long, or was begun elsewhere.',
  detail: 'Begin anew.',
})

const addressNotVerified = new ServiceError({
  code: 'address-not-verified',
  status: 403,
  title: 'The other service does not say that your address is yours.',
  detail: 'Confirm it there first.',
})

const accountExists = new ServiceError({
  code: 'account-exists',
  status: 409,
  title: 'There is an account with your address already.',
  detail: 'Sign in with its password.',
})
