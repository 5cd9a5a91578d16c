import { Agent, request } from 'undici'

const agent = new Agent({ connections: 128, keepAliveTimeout: 60_000 })

export interface Answer {
  readonly status: number
  readonly ms: number
}

/** Somebody with a browser's cookies, at whichever replica. */
export class Caller {
  readonly #cookies = new Map<string, string>()

  async send(
    url: string,
    options: { method?: 'GET' | 'POST'; json?: object; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { method = 'GET', json, headers = {} } = options
    const startedAt = performance.now()
    const response = await request(url, {
      method,
      dispatcher: agent,
      headers: {
        accept: 'application/json',
        'sec-fetch-site': 'same-origin',
        ...(this.#cookies.size === 0
          ? {}
          : { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    await response.body.dump()
    const lines = response.headers['set-cookie'] ?? []
    for (const line of Array.isArray(lines) ? lines : [lines]) this.#keep(line)
    return { status: response.statusCode, ms: performance.now() - startedAt }
  }

  #keep(line: string): void {
    const pair = line.split(';', 1)[0] ?? ''
    const at = pair.indexOf('=')
    this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}

let members = 0

/** A new member of a tier of their own. */
export async function signUp(origin: string): Promise<{ caller: Caller; email: string }> {
  const caller = new Caller()
  const email = `bench-${++members}@example.com`
  const { status } = await caller.send(`${origin}/api/v1/sign-up`, {
    method: 'POST',
    json: { email, password: 'long enough for a bench' },
  })
  if (status !== 201) throw new Error(`nobody signed up: ${status}`)
  return { caller, email }
}

export async function guestOf(origin: string): Promise<Caller> {
  const caller = new Caller()
  const { status } = await caller.send(`${origin}/api/v1/sign-in/guest`, { method: 'POST' })
  if (status !== 201) throw new Error(`no guest: ${status}`)
  return caller
}

/** Calls `work` so many times, so many at once. */
export async function atOnce<T>(
  count: number,
  width: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++
      results[index] = await work(index)
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return results
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const granted = (answers: readonly Answer[]): number =>
  answers.filter(({ status }) => status < 400).length
