import {
  addMail,
  confirmAddress,
  findUserByAddress,
  takeMailLink,
  withMissingPartition,
  withdrawMailLinks,
} from '@brainlyx/db'
import type { Database, MailLink, UserRow } from '@brainlyx/db'
import { ServiceError, currentTrace } from '@brainlyx/service-kit'
import type { Kysely, Transaction } from 'kysely'
import { actingUser } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { AuthLibrary } from '../identity/better-auth.ts'
import type { SignInsService } from '../identity/sign-ins.service.ts'
import type { UserMapping } from '../identity/user-mapping.ts'
import type { AccountMails } from './account-mails.ts'
import { hashOfLinkToken } from './link-token.ts'

/** The end of a link that was sent, and where from it was opened. */
export interface OpenedLink {
  readonly mail: string
  readonly token: string
  readonly address: string
}

/** Passwords, and the address that proves whose an account is. */
export interface CredentialsService {
  /** @throws {ServiceError} 409 `email-verified` where there is nothing to confirm, `no-mail` */
  sendVerification(user: UserRow): Promise<void>
  /** @throws {ServiceError} 410 `link-used` */
  verifyEmail(link: OpenedLink): Promise<void>
  /** The same whether anybody has the address or not: who has it is looked up where the mail is sent. */
  requestReset(email: string, address: string): Promise<void>
  /** Ends every sign-in; the address counts as confirmed. @throws {ServiceError} 410 `link-used` */
  resetPassword(link: OpenedLink, password: string): Promise<void>
  /** Ends every other sign-in. The caller has proved who asks. */
  changePassword(
    user: UserRow,
    change: { password: string; kept: string; address: string },
  ): Promise<void>
}

export function createCredentialsService(dependencies: {
  db: Kysely<Database>
  auth: AuthLibrary
  users: Pick<UserMapping, 'accountsOf'>
  signIns: Pick<SignInsService, 'endOthers'>
  mails: AccountMails
  audit: AuditLog
}): CredentialsService {
  const { db, auth, users, signIns, mails, audit } = dependencies

  const inTransaction = <T>(run: (transaction: Transaction<Database>) => Promise<T>): Promise<T> =>
    withMissingPartition(db, () => db.transaction().execute(run))

  /** A link counts once: where the rest fails, it does not count at all. */
  async function openLink(
    transaction: Transaction<Database>,
    kind: MailLink['kind'],
    link: OpenedLink,
  ): Promise<UserRow> {
    const tokenHash = hashOfLinkToken(link.token)
    const address = await takeMailLink(transaction, { mailId: link.mail, kind, tokenHash })
    const user = address && (await findUserByAddress(transaction, address))
    if (user === undefined || user === '') throw linkUsed
    return user
  }

  async function setPassword(userId: string, password: string): Promise<void> {
    const { internalAdapter, password: hasher } = await auth.$context
    const hash = await hasher.hash(password)
    for (const authUserId of await users.accountsOf(userId)) {
      const accounts = await internalAdapter.findAccounts(authUserId)
      if (accounts.some(({ providerId }) => providerId === 'credential')) {
        await internalAdapter.updatePassword(authUserId, hash)
      } else {
        await internalAdapter.linkAccount({
          userId: authUserId,
          providerId: 'credential',
          accountId: authUserId,
          password: hash,
        })
      }
    }
  }

  return {
    async sendVerification(user) {
      mails.refuseWithout()
      if (user.email === null || user.emailVerifiedAt !== null) throw nothingToConfirm
      const { email } = user
      await db.transaction().execute((transaction) => mails.add(transaction, 'verification', email))
      mails.hint()
    },

    async verifyEmail(link) {
      await inTransaction(async (transaction) => {
        const user = await openLink(transaction, 'verification', link)
        await confirmAddress(transaction, { userId: user.id, address: user.email! })
        const by = actingUser(user, link.address)
        await audit.recordIn(transaction, { by, action: 'email-verification' })
      })
    },

    async requestReset(email, address) {
      mails.refuseWithout()
      await inTransaction(async (transaction) => {
        await addMail(transaction, {
          kind: 'reset',
          address: email,
          traceparent: currentTrace()?.traceparent,
        })
        await audit.recordIn(transaction, {
          by: { claims: email, address },
          action: 'password-reset',
          outcome: 'requested',
        })
      })
      mails.hint()
    },

    async resetPassword(link, password) {
      const user = await inTransaction(async (transaction) => {
        const owner = await openLink(transaction, 'reset', link)
        await withdrawMailLinks(transaction, { address: owner.email!, kind: 'reset' })
        await confirmAddress(transaction, { userId: owner.id, address: owner.email! })
        const by = actingUser(owner, link.address)
        await audit.recordIn(transaction, { by, action: 'password-reset' })
        await mails.add(transaction, 'password-changed', owner.email!)
        return owner
      })
      await setPassword(user.id, password)
      // After the password: whoever knew the old one begins no sign-in that outlives this.
      await signIns.endOthers(actingUser(user, link.address), null)
      mails.hint()
    },

    async changePassword(user, { password, kept, address }) {
      const by = actingUser(user, address)
      await setPassword(user.id, password)
      await inTransaction(async (transaction) => {
        await audit.recordIn(transaction, { by, action: 'password-change' })
        if (user.email === null) return
        // A link for a new password that somebody asked for before is of no use any more.
        await withdrawMailLinks(transaction, { address: user.email, kind: 'reset' })
        await mails.add(transaction, 'password-changed', user.email)
      })
      await signIns.endOthers(by, kept)
      mails.hint()
    },
  }
}

const linkUsed = new ServiceError({
  code: 'link-used',
  status: 410,
  title: 'This link is not good any more.',
  detail: 'It was used already, or is too old. Have a new one sent.',
})

const nothingToConfirm = new ServiceError({
  code: 'email-verified',
  status: 409,
  title: 'Your address is confirmed.',
})
