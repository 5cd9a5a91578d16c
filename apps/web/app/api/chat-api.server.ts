import { API_PREFIX, Problem, routes } from '@brainlyx/chat-contract'
import type { RouteName } from '@brainlyx/chat-contract'
import type { z } from 'zod'
import { failPage } from '../errors/fail-page.ts'
import { CookieJar } from './cookie-jar.server.ts'

type RouteOf<Name extends RouteName> = (typeof routes)[Name]
type Sent<Name extends RouteName, Key extends string> =
  RouteOf<Name> extends Record<Key, infer Schema extends z.ZodType> ? z.input<Schema> : undefined
export type Answer<Name extends RouteName> =
  RouteOf<Name> extends { response: infer Schema extends z.ZodType } ? z.output<Schema> : undefined

export interface Call<Name extends RouteName> {
  params?: Sent<Name, 'params'>
  query?: Sent<Name, 'query'>
  body?: Sent<Name, 'body'>
}

export type Result<Value> = { ok: true; value: Value } | { ok: false; problem: Problem }

/** An answer that has not begun by then will not make a page any more. */
const TIMEOUT_MS = 10_000

/** Before the second and the third attempt where a connection broke before any answer. */
const RETRY_PAUSES_MS = [50, 400]

/** chat-api as one page request sees it, typed by the contract. */
export class ChatApi {
  readonly #baseUrl: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #jar: CookieJar
  readonly #signal: AbortSignal

  constructor(options: {
    baseUrl: string
    cookie: string | undefined
    headers: Readonly<Record<string, string>>
    signal: AbortSignal
  }) {
    this.#baseUrl = options.baseUrl
    this.#headers = options.headers
    this.#jar = new CookieJar(options.cookie)
    this.#signal = options.signal
  }

  /** `Set-Cookie` lines for the browser. */
  get setCookies(): readonly string[] {
    return this.#jar.setCookies
  }

  /** Calls a route; a failure is shown as a page, by the nearest error boundary. */
  async call<Name extends RouteName>(name: Name, call: Call<Name> = {}): Promise<Answer<Name>> {
    const result = await this.attempt(name, call)
    return result.ok ? result.value : failPage(result.problem.status, result.problem)
  }

  /** Calls a route where the page itself deals with a failure. */
  async attempt<Name extends RouteName>(
    name: Name,
    call: Call<Name> = {},
  ): Promise<Result<Answer<Name>>> {
    let response: Response
    try {
      response = await this.#send(name, call)
      if (response.ok) {
        const value = response.status === 204 ? undefined : await response.json()
        return { ok: true, value: value as Answer<Name> }
      }
    } catch {
      return { ok: false, problem: this.#unreachable() }
    }
    return { ok: false, problem: await this.#problemOf(response) }
  }

  /** The events of a turn as they are now, for pages that run no script. */
  async openEvents(turnId: string, signal: AbortSignal): Promise<Response | undefined> {
    try {
      const response = await this.#send(
        'followTurn',
        { params: { turnId } },
        { accept: 'text/event-stream', signal },
      )
      return response.ok ? response : undefined
    } catch {
      return undefined
    }
  }

  async #send<Name extends RouteName>(
    name: Name,
    call: Call<Name>,
    options: { accept?: string; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const route = routes[name]
    const headers = new Headers(this.#headers)
    headers.set('accept', options.accept ?? 'application/json')
    const cookie = this.#jar.header
    if (cookie !== undefined) headers.set('cookie', cookie)
    if (call.body !== undefined) headers.set('content-type', 'application/json')
    const signal = AbortSignal.any([
      this.#signal,
      AbortSignal.timeout(TIMEOUT_MS),
      ...(options.signal === undefined ? [] : [options.signal]),
    ])
    const ask = (): Promise<Response> =>
      fetch(this.#baseUrl + pathOf(route.path, call), {
        method: route.method,
        headers,
        redirect: 'manual',
        signal,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      })
    const response = await (meansTheSameTwice(route.method, call.body)
      ? askAgain(ask, signal)
      : ask())
    this.#jar.take(response.headers.getSetCookie())
    return response
  }

  async #problemOf(response: Response): Promise<Problem> {
    const parsed = Problem.safeParse(await response.json().catch(() => undefined))
    return parsed.success ? parsed.data : { ...this.#unreachable(), status: 502 }
  }

  #unreachable(): Problem {
    return {
      type: 'urn:brainlyx:problem:chat-api-unreachable',
      title: 'The chat service is not reachable.',
      detail: 'It may be starting. Try again in a moment.',
      status: 503,
      code: 'chat-api-unreachable',
      traceId: /^00-([\da-f]{32})/.exec(this.#headers['traceparent'] ?? '')?.[1] ?? '',
      retryable: true,
      retryAfterMs: 1_000,
    }
  }
}

/** What only reads, and what names itself by an id. */
function meansTheSameTwice(method: string, body: unknown): boolean {
  return method === 'GET' || (typeof body === 'object' && body !== null && 'turnId' in body)
}

/** A connection that was kept may belong to a replica that is just leaving. */
async function askAgain(ask: () => Promise<Response>, signal: AbortSignal): Promise<Response> {
  for (const pauseMs of RETRY_PAUSES_MS) {
    try {
      return await ask()
    } catch {
      signal.throwIfAborted()
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  return ask()
}

function pathOf(pattern: string, call: { params?: unknown; query?: unknown }): string {
  const params = new Map(Object.entries(call.params ?? {}))
  const path = pattern.replaceAll(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(String(params.get(name))),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.set(name, String(value))
  }
  return `${API_PREFIX}${path}${query.size === 0 ? '' : `?${query}`}`
}
