import type { Route } from '../routes.ts'
import type { JsonSchema } from './component-schemas.ts'

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request does not fit its contract; `fields` names what is wrong.',
  401: 'Not signed in, or the sign-in has ended.',
  403: 'Not allowed, or sent by a page of another site.',
  404: 'Not there, or not yours.',
  406: 'None of the accepted media types can be answered.',
  409: 'In conflict with what is there: the e-mail address has an account, the chat has a running turn, or there are as many keys as there may be.',
  413: 'The body is too large.',
  415: 'The body’s media type or encoding is not understood.',
  422: 'The turn id belongs to another request, or is too old or ahead of time.',
  429: 'More than a limit allows: `limit` names it, `Retry-After` says when to come back.',
  500: 'Our fault; the trace id finds it in the logs.',
  503: 'Something needed is away, or there is too much to do at the moment; try again.',
}

const nameOf = (status: number): string => `Problem${status}`

/** The problems that a route can answer with. All of them are `application/problem+json`. */
export function problemResponses(route: Route): Record<string, JsonSchema> {
  const changes = route.method !== 'GET'
  const startsTurn = route.streams === true && changes
  const possible: [number, boolean][] = [
    [400, true],
    [401, route.access !== 'public'],
    [403, changes || route.access === 'admin'],
    [404, route.params !== undefined],
    [406, startsTurn],
    [409, startsTurn || route.path === '/sign-up' || route.path === '/api-keys'],
    [413, route.body !== undefined],
    [415, route.body !== undefined],
    [422, startsTurn],
    [429, true],
    [500, true],
    [503, true],
  ]
  return Object.fromEntries(
    possible
      .filter(([, applies]) => applies)
      .map(([status]) => [String(status), { $ref: `#/components/responses/${nameOf(status)}` }]),
  )
}

export function problemComponents(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([status, description]) => [
      nameOf(Number(status)),
      {
        description,
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  )
}
