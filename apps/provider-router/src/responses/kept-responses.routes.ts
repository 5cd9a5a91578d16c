import type { Express, Request } from 'express'
import { z } from 'zod'
import type { Caller } from '../admit/authenticate.ts'
import { validate } from '../admit/validate.ts'
import type { AppDependencies } from '../http/app-dependencies.ts'
import { authenticated, pathParameter } from '../http/authenticated.ts'
import type { ResponseOwner } from '../kept-responses/kept-responses.ts'
import { inputItemPage } from './input-item-page.ts'
import { unsupportedHere } from '../admit/unsupported-here.ts'

/** Our services say for whom they ask. */
const Owned = z.looseObject({ user: z.string().optional(), stream: z.string().optional() })

const PageAsked = z.looseObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
  after: z.string().optional(),
})

/** `GET` and `DELETE /v1/responses/:id`, `GET /v1/responses/:id/input_items`: what is kept, for whoever made it. */
export function registerKeptResponses(
  app: Express,
  { authenticate, keptResponses }: AppDependencies,
): void {
  app.get(
    '/v1/responses/:id',
    authenticated(authenticate, async (request, response, caller) => {
      if (validate(Owned, request.query).stream === 'true') {
        throw unsupportedHere('stream', 'A response is kept as a whole: read it without `stream`.')
      }
      response.json(await keptResponses.response(...named(request, caller)))
    }),
  )
  app.delete(
    '/v1/responses/:id',
    authenticated(authenticate, async (request, response, caller) => {
      const [owner, id] = named(request, caller)
      await keptResponses.delete(owner, id)
      response.json({ id, object: 'response', deleted: true })
    }),
  )
  app.get(
    '/v1/responses/:id/input_items',
    authenticated(authenticate, async (request, response, caller) => {
      const asked = validate(PageAsked, request.query)
      const [owner, id] = named(request, caller)
      response.json(inputItemPage(id, await keptResponses.input(owner, id), asked))
    }),
  )
}

function named(request: Request, caller: Caller): [ResponseOwner, string] {
  const { user } = validate(Owned, request.query)
  return [{ caller, user: user ?? null }, pathParameter(request, 'id')]
}
