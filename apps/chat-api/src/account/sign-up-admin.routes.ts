import type { Invitation } from '@brainlyx/chat-contract'
import {
  createInvitation,
  findUser,
  listInvitations,
  revokeInvitation,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, InvitationRow } from '@brainlyx/db'
import type { Kysely, Transaction } from 'kysely'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditEvent, AuditLog } from '../audit/audit-log.ts'
import { administratorsOnly } from '../http/administrators-only.ts'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { unknownTierOr } from '../limits/unknown-tier.ts'
import type { AccountMails } from './account-mails.ts'
import { hashOfLinkToken, newLinkToken } from './link-token.ts'
import type { SignUpPolicy } from './sign-up-policy.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LIST_LENGTH = 200

export function signUpAdminRoutes(dependencies: {
  db: Kysely<Database>
  policy: SignUpPolicy
  mails: Pick<AccountMails, 'refuseWithout'>
  audit: AuditLog
  publicOrigin: string
}): Pick<
  Handlers,
  'getSignUpRules' | 'setSignUpRules' | 'listInvitations' | 'createInvitation' | 'revokeInvitation'
> {
  const { db, policy, mails, audit, publicOrigin } = dependencies

  /** One transaction of what an administrator does, and its audit entry. */
  async function administer<T>(
    by: { principal: Principal; origin: RequestOrigin },
    event: Pick<AuditEvent, 'action' | 'details'>,
    run: (transaction: Transaction<Database>) => Promise<T>,
  ): Promise<T> {
    return withMissingPartition(db, () =>
      db.transaction().execute(async (transaction) => {
        // The token that let them in may be older than what made them none.
        const user = await findUser(transaction, by.principal.userId)
        if (user?.role !== 'admin') throw administratorsOnly
        const result = await run(transaction)
        await audit.recordIn(transaction, { by: actorOf(by), ...event })
        return result
      }),
    )
  }

  return {
    getSignUpRules: () => policy.rules(),

    async setSignUpRules({ body, principal, origin }) {
      // Without it nobody could show whose address theirs is.
      if (body.mode === 'domain') mails.refuseWithout()
      const entry = { action: 'sign-up-rules', details: { mode: body.mode } }
      await administer({ principal, origin }, entry, (transaction) =>
        policy.change(transaction, body),
      )
      return policy.rules()
    },

    async listInvitations() {
      const rows = await listInvitations(db, LIST_LENGTH)
      return { invitations: rows.map(toInvitation) }
    },

    async createInvitation({ body, principal, origin }) {
      const { email = null, tier = null, useLimit, days } = body
      const token = newLinkToken()
      const wanted = {
        tokenHash: hashOfLinkToken(token),
        email,
        tier,
        useLimit: email === null ? useLimit : 1,
        expiresAt: new Date(Date.now() + days * DAY_MS),
      }
      const entry = {
        action: 'invitation',
        details: { useLimit: wanted.useLimit, days, ...(tier === null ? {} : { tier }) },
      }
      const row = await administer({ principal, origin }, entry, (transaction) =>
        createInvitation(transaction, wanted),
      ).catch((error: unknown) => {
        throw unknownTierOr(error)
      })
      return { ...toInvitation(row), link: `${publicOrigin}/sign-up?invitation=${token}` }
    },

    async revokeInvitation({ params, principal, origin }) {
      const entry = { action: 'invitation-revoked' }
      await administer({ principal, origin }, entry, async (transaction) => {
        const row = await revokeInvitation(transaction, params.invitationId)
        if (row === undefined) throw notFound('invitation')
      })
      return undefined
    },
  }
}

function toInvitation(row: InvitationRow): Invitation {
  const { id, email, tier, useLimit, uses, createdAt, expiresAt } = row
  return {
    id,
    email,
    tier,
    useLimit,
    uses,
    state: stateOf(row),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

function stateOf({ revokedAt, uses, useLimit, expiresAt }: InvitationRow): Invitation['state'] {
  if (revokedAt !== null) return 'revoked'
  if (uses >= useLimit) return 'used'
  return expiresAt.getTime() <= Date.now() ? 'expired' : 'usable'
}
