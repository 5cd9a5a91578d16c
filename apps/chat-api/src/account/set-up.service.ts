import {
  addSetUpToken,
  forgetSetUpTokens,
  hasAdministrator,
  listSetUpTokens,
  setUserRole,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { timingSafeEqual } from 'node:crypto'
import { actingUser } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { hashOfLinkToken, newLinkToken } from './link-token.ts'

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000
/** Any number, as long as it is always the same one: there is one first administrator. */
const SET_UP_LOCK = 7_236_518_303

export interface SetUpService {
  /**
   * At boot: while nobody administrates, prints a token that makes the first administrator. Each replica prints its own,
   * and each is good on all of them.
   */
  announce(options: { logger: Logger; publicOrigin: string }): Promise<void>
  isToken(token: string): Promise<boolean>
  /** @throws {ServiceError} 409 `set-up-done`, 403 `set-up-token-wrong` */
  complete(user: UserRow, given: { token: string; address: string }): Promise<UserRow>
}

export function createSetUpService(options: {
  db: Kysely<Database>
  audit: AuditLog
}): SetUpService {
  const { db, audit } = options

  async function isToken(given: string, from: Kysely<Database> = db): Promise<boolean> {
    const hash = Buffer.from(hashOfLinkToken(given))
    let isOne = false
    for (const known of await listSetUpTokens(from)) {
      // All of them are compared, and each wholly.
      isOne = timingSafeEqual(hash, Buffer.from(known)) || isOne
    }
    return isOne
  }

  return {
    async announce({ logger, publicOrigin }) {
      if (await hasAdministrator(db)) return
      const token = newLinkToken()
      await addSetUpToken(db, { hash: hashOfLinkToken(token), lifetimeMs: LIFETIME_MS })
      logger.warn(
        `Nobody administrates this installation yet. Sign up (with this as the invitation, where one is asked for), then open ${publicOrigin}/set-up and enter ${token}`,
      )
    },

    isToken: async (token) => (await isToken(token)) && !(await hasAdministrator(db)),

    async complete(user, { token, address }) {
      return withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          await sql`select pg_advisory_xact_lock(${SET_UP_LOCK})`.execute(transaction)
          if (await hasAdministrator(transaction)) throw setUpDone
          if (!(await isToken(token, transaction))) throw wrongToken
          await setUserRole(transaction, { userId: user.id, role: 'admin' })
          await forgetSetUpTokens(transaction)
          await audit.recordIn(transaction, { by: actingUser(user, address), action: 'set-up' })
          return { ...user, role: 'admin' as const }
        }),
      )
    },
  }
}

const setUpDone = new ServiceError({
  code: 'set-up-done',
  status: 409,
  title: 'This installation has an administrator.',
  detail: 'Ask them to make you one, too.',
})

const wrongToken = new ServiceError({
  code: 'set-up-token-wrong',
  status: 403,
  title: 'This is not the set-up token.',
  detail:
    'It stands in the log of chat-api’s last start. A restart prints a new one; older ones are good for a week.',
  fields: [{ path: 'token', message: 'is not the one' }],
})
