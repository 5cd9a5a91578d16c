const COOKIE = 'brainlyx-dismissed'
const MAX_AGE_SECONDS = 90 * 24 * 60 * 60
/** Older ones are over by then, or are shown once more. */
const LIMIT = 20
const KEY = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}\.\d{1,6}$/

/** What names an announcement as it was dismissed: with other words it is shown again. */
export function dismissalKey({ id, revision }: { id: string; revision: number }): string {
  return `${id}.${revision}`
}

/** @param cookie the request's `Cookie` header */
export function readDismissed(cookie: string | null): string[] {
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w.~-]*)`).exec(cookie ?? '')?.[1] ?? ''
  return value.split('~').filter((key) => KEY.test(key))
}

/** A `Set-Cookie` line that adds `key`; what is no key adds nothing. */
export function dismissedCookie(dismissed: readonly string[], key: string): string {
  const keys = [key, ...dismissed.filter((other) => other !== key)].filter((each) => KEY.test(each))
  const value = keys.slice(0, LIMIT).join('~')
  return `${COOKIE}=${value}; Path=/; Max-Age=${MAX_AGE_SECONDS}; SameSite=Lax; HttpOnly`
}
