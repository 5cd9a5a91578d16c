import type { Account } from '@brainlyx/chat-contract'
import { findUser, listLinkedAccounts, listMailbox, renameUser } from '@brainlyx/db'
import type { Database, Reads, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { actingUser } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { isLoopback } from '../http/client-address.ts'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { IdentityService } from '../identity/identity.service.ts'
import type { Welcome } from '../identity/session.routes.ts'
import type { SignInLimits } from '../identity/sign-in-limits.ts'
import type { CredentialsService } from './credentials.service.ts'
import type { ProvePassword } from './prove-password.ts'
import type { SetUpService } from './set-up.service.ts'
import type { RenewedSession, TwoFactorService } from './two-factor.service.ts'

const MAILBOX_LENGTH = 50

export interface AccountRoutesDependencies {
  db: Kysely<Database>
  reads: Pick<Reads, 'noteWrite'>
  identity: Pick<IdentityService, 'continueAs'>
  prove: ProvePassword
  credentials: CredentialsService
  twoFactor: TwoFactorService
  setUp: Pick<SetUpService, 'complete'>
  welcome: Welcome
  limits: SignInLimits
  audit: AuditLog
  hasMailbox: boolean
  /** What a provider is called, where it is still configured. */
  nameOfProvider: (providerId: string) => string | undefined
}

export function accountRoutes(
  dependencies: AccountRoutesDependencies,
): Pick<
  Handlers,
  | 'getAccount'
  | 'renameAccount'
  | 'changePassword'
  | 'beginTwoFactor'
  | 'confirmTwoFactor'
  | 'endTwoFactor'
  | 'renewBackupCodes'
  | 'sendVerification'
  | 'verifyEmail'
  | 'requestPasswordReset'
  | 'resetPassword'
  | 'setUp'
  | 'listMailbox'
> {
  const { db, reads, identity, prove, credentials, twoFactor, setUp, welcome, limits, audit } =
    dependencies

  async function memberOf(principal: Principal): Promise<UserRow & { email: string }> {
    const user = await findUser(db, principal.userId)
    if (user === undefined) throw notFound('account')
    const { kind, email } = user
    if (kind !== 'member' || email === null) throw membersOnly
    return { ...user, email }
  }

  async function describe(user: UserRow & { email: string }): Promise<Account> {
    const linked = await listLinkedAccounts(db, user.id)
    return {
      name: user.name,
      email: user.email,
      emailVerified: user.emailVerifiedAt !== null,
      hasPassword: linked.some(({ providerId }) => providerId === 'credential'),
      twoFactor: await twoFactor.state(user.id),
      linked: linked
        .filter(({ providerId }) => providerId !== 'credential')
        .map(({ providerId, linkedAt }) => ({
          providerId,
          name: dependencies.nameOfProvider(providerId) ?? providerId,
          linkedAt: linkedAt.toISOString(),
        })),
    }
  }

  const record = (user: UserRow, address: string, action: string): Promise<void> =>
    audit.record({ by: actingUser(user, address), action })

  return {
    getAccount: async ({ principal }) => describe(await memberOf(principal)),

    async renameAccount({ principal, body }) {
      const user = await memberOf(principal)
      await renameUser(db, { userId: user.id, name: body.name })
      await reads.noteWrite(user.id)
      return describe({ ...user, name: body.name })
    },

    async changePassword({ principal, body, origin }) {
      const user = await memberOf(principal)
      await prove(user, body.current)
      await credentials.changePassword(user, {
        password: body.password,
        kept: principal.signInId,
        address: origin.address,
      })
      return undefined
    },

    async beginTwoFactor({ principal, body, request }) {
      await prove(await memberOf(principal), body.password)
      return twoFactor.begin({ principal, cookie: request.get('cookie') }, body.password)
    },

    async confirmTwoFactor({ principal, body, request, response, origin }) {
      const user = await memberOf(principal)
      await limits.countAccount(user.email)
      const session = { principal, cookie: request.get('cookie') }
      const renewed = await twoFactor.confirm(session, body.code)
      await limits.clearAccount(user.email)
      await record(user, origin.address, 'two-factor-on')
      return letIn(principal, renewed, response)
    },

    async endTwoFactor({ principal, body, request, response, origin }) {
      const user = await memberOf(principal)
      await prove(user, body.password)
      const session = { principal, cookie: request.get('cookie') }
      const renewed = await twoFactor.end(session, body.password)
      await record(user, origin.address, 'two-factor-off')
      return letIn(principal, renewed, response)
    },

    async renewBackupCodes({ principal, body, request, origin }) {
      const user = await memberOf(principal)
      await prove(user, body.password)
      const session = { principal, cookie: request.get('cookie') }
      const backupCodes = await twoFactor.renewBackupCodes(session, body.password)
      await record(user, origin.address, 'backup-codes-renewed')
      return { backupCodes }
    },

    async sendVerification({ principal }) {
      const user = await memberOf(principal)
      await limits.countMail(user.email)
      await credentials.sendVerification(user)
      return undefined
    },

    async verifyEmail({ body, origin }) {
      await limits.countAddress(origin.address)
      await credentials.verifyEmail({ ...body, address: origin.address })
      return undefined
    },

    async requestPasswordReset({ body, origin }) {
      await limits.countAddress(origin.address)
      await limits.countMail(body.email)
      await credentials.requestReset(body.email, origin.address)
      return undefined
    },

    async resetPassword({ body: { password, ...link }, origin }) {
      await limits.countAddress(origin.address)
      await credentials.resetPassword({ ...link, address: origin.address }, password)
      return undefined
    },

    async setUp({ principal, body, response, origin }) {
      const user = await memberOf(principal)
      await limits.countAddress(origin.address)
      const address = origin.address
      const administrator = await setUp.complete(user, { token: body.token, address })
      return welcome.letIn(response, {
        user: administrator,
        principal: { ...principal, role: administrator.role },
        cookies: new Headers(),
      })
    },

    async listMailbox({ origin }) {
      // What it shows opens accounts: it is for whoever sits at the laptop.
      if (!dependencies.hasMailbox || !isLoopback(origin.address)) throw notFound('mailbox')
      const mails = await listMailbox(db, MAILBOX_LENGTH)
      return {
        mails: mails.map(({ createdAt, ...mail }) => ({
          ...mail,
          createdAt: createdAt.toISOString(),
        })),
      }
    },
  }

  async function letIn(
    principal: Principal,
    renewed: RenewedSession,
    response: Parameters<Welcome['letIn']>[0],
  ) {
    return welcome.letIn(response, await identity.continueAs(principal, renewed))
  }
}

const membersOnly = new ServiceError({
  code: 'members-only',
  status: 403,
  title: 'Sign up first.',
  detail: 'A guest has no account yet.',
})
