import { API_PREFIX, routes } from '@brainlyx/chat-contract'
import type { Route, RouteName } from '@brainlyx/chat-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express, Request, Response } from 'express'
import type { z } from 'zod'
import type { AdmissionCall, Admit } from '../limits/admission.ts'
import { administratorsOnly } from './administrators-only.ts'
import { methodNotAllowed } from './method-not-allowed.ts'
import { notePrincipal } from './principal.ts'
import type { Principal } from './principal.ts'
import { refuseForeignPages } from './request-origin.ts'
import type { RequestOrigin } from './request-origin.ts'
import { validate } from './validate.ts'

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** Returned by a handler that has answered by itself: a stream, a redirect. */
export const ANSWERED = Symbol('answered')

/** One request of one route, after everything that its contract promises has been checked. */
export interface Call<R extends Route> {
  readonly params: R extends { params: infer Schema } ? Output<Schema> : undefined
  readonly query: R extends { query: infer Schema } ? Output<Schema> : undefined
  readonly body: R extends { body: infer Schema } ? Output<Schema> : undefined
  readonly principal: R['access'] extends 'public' ? Principal | null : Principal
  readonly origin: RequestOrigin
  readonly request: Request
  readonly response: Response
}

type Answer<R extends Route> =
  | (R extends { response: infer Schema extends z.ZodType } ? z.input<Schema> : undefined)
  | (R extends { streams: true } | { redirects: true } | { file: string } | { upload: string }
      ? typeof ANSWERED
      : never)

type Handler<R extends Route> = (call: Call<R>) => Promise<Answer<R>>

/** A handler for every route of the contract; one that is missing does not compile. */
export type Handlers = { readonly [Name in RouteName]: Handler<(typeof routes)[Name]> }

export interface RegisterRoutesOptions {
  handlers: Handlers
  readOrigin: (request: Request) => Promise<RequestOrigin>
  /** Who sends this; may renew the access token's cookie on `response`. */
  authenticate: (request: Request, response: Response) => Promise<Principal | null>
  /** Lets a request in, or turns it away. */
  admit: Admit
  publicOrigin: string
  /** Answers that break the contract become a 500: in development and tests, where someone sees it. */
  checkAnswers: boolean
}

/** Registers exactly the contract's routes: each request is placed, identified, let in, allowed and validated, in this order. */
export function registerRoutes(app: Express, options: RegisterRoutesOptions): void {
  const { authenticate, admit } = options

  /** Whoever comes with a token that does not count is nobody, and counts as such. */
  async function letIn(call: Omit<AdmissionCall, 'principal'>) {
    let principal: Principal | null
    try {
      principal = await authenticate(call.request, call.response)
    } catch (error) {
      const refused = await admit({ ...call, principal: null })
      refused.end(error)
      throw error
    }
    notePrincipal(call.response, principal)
    return { principal, admission: await admit({ ...call, principal }) }
  }

  const methodsByPath = new Map<string, string[]>()
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = `${API_PREFIX}${route.path}`
    methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), route.method])
    // The mapped type has matched each handler with its route; seen as one union they all take the same call.
    const handler = options.handlers[name as RouteName] as unknown as (
      call: unknown,
    ) => Promise<unknown>
    const method = route.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete'
    app[method](path, async (request, response) => {
      response.setHeader('cache-control', 'no-store')
      const origin = await options.readOrigin(request)
      refuseForeignPages(request, origin, options.publicOrigin)
      const { principal, admission } = await letIn({ name, route, origin, request, response })
      let answer: unknown
      try {
        answer = await handler({
          principal: allow(route, principal),
          params: route.params && validate(route.params, request.params),
          query: route.query && validate(route.query, request.query),
          body: route.body && validate(route.body, request.body),
          origin,
          request,
          response,
        })
      } catch (error) {
        admission.end(error)
        throw error
      }
      admission.end()
      if (answer === ANSWERED) return
      if (route.response === undefined) response.status(route.status).end()
      else
        response
          .status(route.status)
          .json(options.checkAnswers ? route.response.parse(answer) : answer)
    })
  }
  for (const [path, methods] of methodsByPath) {
    app.all(path, (request, response) => {
      response.setHeader('allow', methods.join(', '))
      throw methodNotAllowed(request.method, methods)
    })
  }
}

/** Whether a request's body is for its route to read. */
export function takesUpload(request: Request): boolean {
  return Object.values<Route>(routes).some(
    ({ upload, method, path }) =>
      upload !== undefined && request.method === method && request.path === `${API_PREFIX}${path}`,
  )
}

function allow(route: Route, principal: Principal | null): Principal | null {
  if (route.access === 'public') return principal
  if (principal === null) {
    throw new ServiceError({
      code: 'sign-in-required',
      status: 401,
      title: 'Sign in first.',
      detail: 'A guest’s sign-in is enough for chats.',
    })
  }
  if (route.access === 'admin' && principal.role !== 'admin') throw administratorsOnly
  return principal
}
