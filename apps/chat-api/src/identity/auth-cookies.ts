import type { AuthLibrary } from './better-auth.ts'

/** A cookie of the auth library's as a browser sent it. */
export async function ownCookie(
  auth: AuthLibrary,
  cookie: string | undefined,
  name: string,
): Promise<string | undefined> {
  const start = `${(await auth.$context).createAuthCookie(name).name}=`
  return cookie?.split(/; */).find((pair) => pair.startsWith(start))
}

/** What the auth library sets, without what it takes away: a guest stays one until the second step. */
export async function onlyCookie(
  auth: AuthLibrary,
  headers: Headers,
  name: string,
): Promise<Headers> {
  const start = `${(await auth.$context).createAuthCookie(name).name}=`
  const kept = new Headers()
  for (const cookie of headers.getSetCookie()) {
    if (cookie.startsWith(start)) kept.append('set-cookie', cookie)
  }
  return kept
}
