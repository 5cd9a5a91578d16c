/** Where to go back to: a path of this site, whatever a form said. */
export function localPath(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return '/'
  const base = 'http://local.invalid'
  try {
    const url = new URL(value, base)
    return url.origin === base ? `${url.pathname}${url.search}` : '/'
  } catch {
    return '/'
  }
}
