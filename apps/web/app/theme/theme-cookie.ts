const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const COOKIE = 'brainlyx-theme'
const YEAR_SECONDS = 365 * 24 * 60 * 60

export function isTheme(value: unknown): value is Theme {
  return THEMES.some((theme) => theme === value)
}

/** @param cookie the request's `Cookie` header. */
export function readTheme(cookie: string | null): Theme {
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=(\\w+)`).exec(cookie ?? '')?.[1]
  return isTheme(value) ? value : 'system'
}

/** A `Set-Cookie` line; for `system` one that ends it. */
export function themeCookie(theme: Theme): string {
  const age = theme === 'system' ? 0 : YEAR_SECONDS
  return `${COOKIE}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax; HttpOnly`
}
