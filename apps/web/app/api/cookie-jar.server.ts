/** The cookies of one page request: the browser's, changed by what chat-api sets while the page is made. */
export class CookieJar {
  readonly setCookies: string[] = []
  readonly #values = new Map<string, string>()

  constructor(cookie: string | undefined) {
    for (const pair of (cookie ?? '').split(';')) {
      const separator = pair.indexOf('=')
      if (separator < 1) continue
      this.#values.set(pair.slice(0, separator).trim(), pair.slice(separator + 1).trim())
    }
  }

  /** The `Cookie` header of the next call; undefined where there is none to send. */
  get header(): string | undefined {
    if (this.#values.size === 0) return undefined
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** @param lines `Set-Cookie` headers, in order. */
  take(lines: readonly string[]): void {
    for (const line of lines) {
      this.setCookies.push(line)
      const [pair = '', ...attributes] = line.split(';')
      const separator = pair.indexOf('=')
      const name = pair.slice(0, separator).trim()
      const value = pair.slice(separator + 1).trim()
      if (value === '' || attributes.some(isPast)) this.#values.delete(name)
      else this.#values.set(name, value)
    }
  }
}

function isPast(attribute: string): boolean {
  const [name = '', value = ''] = attribute.trim().split('=')
  if (name.toLowerCase() === 'max-age') return Number(value) <= 0
  return name.toLowerCase() === 'expires' && Date.parse(value) <= Date.now()
}
