import { createLogger } from '@brainlyx/service-kit'
import { decodeJwt } from 'jose'
import { createAuthLibrary } from '../../src/identity/better-auth.ts'
import { AUTH_SECRET, PUBLIC_ORIGIN } from '../installation.ts'
import type { Owner } from './route-entry.ts'

/** Tokens of the owner’s, signed with the installation’s own key, each wrong in one thing. */
export async function forgedTokens({ browser, installation }: Owner) {
  const auth = createAuthLibrary({
    db: installation.db,
    publicOrigin: PUBLIC_ORIGIN,
    secret: AUTH_SECRET,
    cookiePrefix: 'test',
    logger: createLogger({ service: 'test', level: 'silent' }),
  })
  const claims = decodeJwt(browser.cookies.get('test.access')!)
  const sign = async (changes: object): Promise<string> =>
    (await auth.api.signJWT({ body: { payload: { ...claims, ...changes } } })).token
  return {
    expired: await sign({ iat: claims.iat! - 3_600, exp: claims.iat! - 2_700 }),
    wrongAudience: await sign({ aud: 'provider-router' }),
    /** Nothing is wrong with it: what shows that the others fail for their fault. */
    right: await sign({}),
  }
}
