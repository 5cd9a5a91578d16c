const COOKIE = 'brainlyx-model'
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** The model chosen last in this browser; `auto` where none was. @param cookie the `Cookie` header. */
export function readModelChoice(cookie: string | null): string {
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(cookie ?? '')?.[1]
  try {
    return value === undefined || value === '' ? 'auto' : decodeURIComponent(value)
  } catch {
    return 'auto'
  }
}

/** For `document.cookie`. */
export function modelChoiceCookie(model: string): string {
  return `${COOKIE}=${encodeURIComponent(model)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`
}
