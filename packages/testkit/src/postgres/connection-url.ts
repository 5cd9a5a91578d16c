/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

/** The same server as a test role, whose password is its name. */
export function withRole(url: string, role: string): string {
  const changed = new URL(url)
  changed.username = role
  changed.password = role
  return changed.href
}
