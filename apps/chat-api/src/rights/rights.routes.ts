import type { Database, UserRow } from '@brainlyx/db'
import { findUser } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { pipeline } from 'node:stream/promises'
import type { ProvePassword } from '../account/prove-password.ts'
import { actorOf } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import { ANSWERED } from '../http/register-routes.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { CookieJar } from '../identity/cookies.ts'
import type { Limits } from '../limits/limits.ts'
import { isForm, receiveUpload } from './receive-upload.ts'
import type { RightsService } from './rights.service.ts'

/** web's, where a plain form leads back to. */
const YOUR_DATA_PAGE = '/settings/data'

export interface RightsRoutesDependencies {
  db: Kysely<Database>
  rights: RightsService
  prove: ProvePassword
  /** How large a file somebody may send. */
  uploads: Pick<Limits, 'limitedOf'>
  cookies: Pick<CookieJar, 'clear'>
}

export function rightsRoutes(
  dependencies: RightsRoutesDependencies,
): Pick<
  Handlers,
  | 'listDataRequests'
  | 'startExport'
  | 'startImport'
  | 'downloadExport'
  | 'deleteChats'
  | 'deleteAccount'
  | 'getAccountDeletion'
> {
  const { db, rights, prove, uploads, cookies } = dependencies

  async function proveMember(user: UserRow, password: string | undefined): Promise<void> {
    if (user.kind !== 'member') return
    if (password === undefined) throw passwordNeeded
    await prove({ id: user.id, email: user.email ?? '' }, password)
  }

  return {
    async listDataRequests({ principal }) {
      return { requests: await rights.list(principal.userId) }
    },

    startExport: (call) => rights.start(actorOf(call), 'export'),

    async startImport({ principal, origin, request, response }) {
      const by = actorOf({ principal, origin })
      // Before anything large is read.
      await rights.refuseWhileUnderWay(by.userId)
      const fromPage = isForm(request)
      const { allowance } = await uploads.limitedOf({ principal, origin })
      const limitBytes = Number(allowance.tier.uploadBytes)
      try {
        const started = await receiveUpload(request, limitBytes, (path) =>
          rights.startImport(by, path),
        )
        if (!fromPage) return started
        response.redirect(303, YOUR_DATA_PAGE)
      } catch (error) {
        if (!fromPage || !(error instanceof ServiceError)) throw error
        response.redirect(303, `${YOUR_DATA_PAGE}?refused=${error.code}`)
      }
      return ANSWERED
    },

    async downloadExport({ principal, origin, params, query, response, request }) {
      const found = await rights.openExport(actorOf({ principal, origin }), params.requestId, query)
      response.setHeader('content-type', 'application/zip')
      response.setHeader('content-length', found.sizeBytes)
      response.attachment(`brainlyx-export-${found.day}.zip`)
      if (request.method === 'HEAD') {
        found.stream.destroy()
        response.end()
        return ANSWERED
      }
      // Cut in the middle it is a download that failed, for either side's reason, and no answer any more.
      await pipeline(found.stream, response).catch(() => response.destroy())
      return ANSWERED
    },

    deleteChats: (call) => rights.start(actorOf(call), 'chats-deletion'),

    async deleteAccount({ principal, origin, body, response }) {
      const user = await findUser(db, principal.userId)
      if (user === undefined) throw notFound('account')
      await proveMember(user, body.password)
      const deletion = await rights.deleteAccount(actorOf({ principal, origin }))
      cookies.clear(response)
      return deletion
    },

    getAccountDeletion: ({ params, query }) => rights.accountDeletion(params.requestId, query),
  }
}

const passwordNeeded = new ServiceError({
  code: 'password-needed',
  status: 403,
  title: 'Enter your password to delete your account.',
  fields: [{ path: 'password', message: 'is needed' }],
})
