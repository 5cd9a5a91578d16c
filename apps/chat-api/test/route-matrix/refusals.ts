import type { Browser } from '../browser.ts'
import { ban } from './owners.ts'
import type { MatrixRoute, Owner } from './route-entry.ts'

/** A route with its owner, and everyone else. */
export interface Scene {
  readonly owner: Owner
  readonly anonymous: () => Browser
  readonly others: { readonly guest: Owner; readonly member: Owner; readonly admin: Owner }
  readonly tokens: {
    readonly expired: string
    readonly wrongAudience: string
    readonly right: string
  }
  /** A token between services, for chat-api: proof of a service, of nobody’s rights. */
  readonly serviceToken: string
  send(browser: Browser, options?: SendOptions): Promise<Response>
}

export interface SendOptions {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Ids that nobody ever had, in the place of the owner’s. */
  readonly idsOfNobody?: boolean
}

export interface Refusal {
  readonly who: string
  readonly status: number
  readonly code?: string
  send(scene: Scene, options?: SendOptions): Promise<Response>
}

const SAFE_METHODS = new Set(['GET', 'HEAD'])

export const isGuarded = (route: MatrixRoute): boolean => route.access !== 'public'

/** Everyone who must not pass a route, whatever its path names. */
export function refusalsOf(route: MatrixRoute): Refusal[] {
  return [
    ...(isGuarded(route) ? notSignedIn : []),
    ...(SAFE_METHODS.has(route.method) ? [] : [foreignPage]),
    ...(route.looksAtNobody === true ? [] : wrongTokens),
    ...(route.access === 'admin' ? lowerRoles : []),
  ]
}

/** Everyone to whom the owner’s ids must be as ids of nobody. */
export function strangersOf(route: MatrixRoute): Refusal[] {
  const namesOwn = route.path.includes('/:') && isGuarded(route) && route.access !== 'admin'
  if (!namesOwn || route.strangers === 'pass') return []
  const status = route.strangers ?? 404
  return (['guest', 'member', 'admin'] as const).map((kind) => ({
    who: { guest: 'another guest', member: 'another user', admin: 'an administrator' }[kind],
    status,
    send: ({ others, send }, options) => send(others[kind].browser, options),
  }))
}

/** Those who had a right until now. */
export function fallenOf(route: MatrixRoute): Refusal[] {
  if (route.looksAtNobody === true) return []
  return [
    {
      who: 'the owner, once banned,',
      status: 401,
      async send({ owner, anonymous, tokens, send }) {
        await ban(owner)
        return send(anonymous(), { token: tokens.right })
      },
    },
  ]
}

const notSignedIn: Refusal[] = [
  {
    who: 'who is not signed in',
    status: 401,
    code: 'sign-in-required',
    send: ({ anonymous, send }) => send(anonymous()),
  },
  ...(['expired', 'wrongAudience'] as const).map((kind): Refusal => ({
    who: `a cookie with a token that is ${kind === 'expired' ? 'expired' : 'for another service'}`,
    status: 401,
    send({ anonymous, tokens, send }) {
      const browser = anonymous()
      browser.cookies.set('test.access', tokens[kind])
      return send(browser)
    },
  })),
]

const foreignPage: Refusal = {
  who: 'a page of another site with the owner’s cookies',
  status: 403,
  code: 'cross-origin-request',
  send: ({ owner, send }) =>
    send(owner.browser, {
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    }),
}

const wrongTokens: Refusal[] = [
  {
    who: 'a token that has expired',
    status: 401,
    send: ({ anonymous, tokens, send }) => send(anonymous(), { token: tokens.expired }),
  },
  {
    who: 'a token for another service',
    status: 401,
    send: ({ anonymous, tokens, send }) => send(anonymous(), { token: tokens.wrongAudience }),
  },
  {
    who: 'a service’s token in the place of a user’s',
    status: 401,
    send: ({ anonymous, serviceToken, send }) => send(anonymous(), { token: serviceToken }),
  },
]

const lowerRoles: Refusal[] = (['guest', 'member'] as const).map((kind) => ({
  who: { guest: 'a guest', member: 'a user' }[kind],
  status: 403,
  code: 'administrators-only',
  send: ({ others, send }) => send(others[kind].browser),
}))
