import { actorOf } from '../audit/audit-log.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { CookieJar } from './cookies.ts'
import { describeDevice } from './describe-device.ts'
import { shortenAddress } from './shorten-address.ts'
import type { SignInsService } from './sign-ins.service.ts'

export interface SignInRoutesDependencies {
  signIns: SignInsService
  cookies: Pick<CookieJar, 'clear'>
}

export function signInRoutes({
  signIns,
  cookies,
}: SignInRoutesDependencies): Pick<Handlers, 'listSignIns' | 'endSignIn' | 'endOtherSignIns'> {
  return {
    async listSignIns({ principal }) {
      const rows = await signIns.list(principal.userId)
      return {
        signIns: rows.map(({ id, address, userAgent, createdAt, lastUsedAt }) => ({
          id,
          device: describeDevice(userAgent),
          address: shortenAddress(address),
          createdAt: createdAt.toISOString(),
          lastUsedAt: lastUsedAt.toISOString(),
          isThis: id === principal.signInId,
        })),
      }
    },

    async endSignIn({ principal, origin, params, response }) {
      await signIns.end(actorOf({ principal, origin }), params.signInId)
      if (params.signInId === principal.signInId) cookies.clear(response)
      return undefined
    },

    async endOtherSignIns({ principal, origin }) {
      return { ended: await signIns.endOthers(actorOf({ principal, origin }), principal.signInId) }
    },
  }
}
