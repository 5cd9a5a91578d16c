import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import type { JWTHeaderParameters } from 'jose'
import type { Owner } from './route-entry.ts'

/** Tokens of the owner’s, signed with the installation’s own key, each wrong in one thing. */
export async function forgedTokens({ browser, api }: Owner) {
  const token = browser.cookies.get('test.access')!
  const claims = decodeJwt(token)
  const header = decodeProtectedHeader(token) as JWTHeaderParameters
  const { privateKey } = api.signingKeys.current()
  const sign = (changes: object): Promise<string> =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader(header).sign(privateKey)
  return {
    expired: await sign({ iat: claims.iat! - 3_600, exp: claims.iat! - 2_700 }),
    wrongAudience: await sign({ aud: 'provider-router' }),
    /** Nothing is wrong with it: what shows that the others fail for their fault. */
    right: await sign({}),
  }
}
