import { newId } from '@brainlyx/db'
import type { Pseudonymizer } from '@brainlyx/db'
import { ServiceError, currentTrace, readJson } from '@brainlyx/service-kit'
import type { RouterClient } from '@brainlyx/turn-engine'
import type { Express, Request, Response } from 'express'
import type { KnownKey } from '../api-keys/key-directory.ts'
import type { KeyPrincipal } from '../api-keys/key-principal.ts'
import { methodNotAllowed } from '../http/method-not-allowed.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { validate } from '../http/validate.ts'
import type { Admit, AdmissionCall } from '../limits/admission.ts'
import { callModel } from './call-model.ts'
import type { CallModelDependencies, ModelCall } from './call-model.ts'
import { callPriceOf } from './call-price.ts'
import { ModelCallBody, forwardedBody } from './forwarded-body.ts'
import type { ModelAccess } from './model-access.ts'

/** Pictures come inside the body, as base64; the router's own limit. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024

export interface OpenAiApiDependencies extends CallModelDependencies {
  readonly models: ModelAccess
  readonly router: Pick<RouterClient, 'open' | 'call'>
  readonly readOrigin: (request: Request) => Promise<RequestOrigin>
  /** @throws {ServiceError} 401, 429 */
  readonly authenticate: (request: Request, origin: RequestOrigin) => Promise<KnownKey>
  /** The page's own: a key has what its user has. @throws {ServiceError} 429, 503 */
  readonly admit: Admit
  readonly pseudonymOf: Pseudonymizer
}

interface KeyCall {
  readonly callId: string
  readonly key: KnownKey
  readonly request: Request
  readonly response: Response
}

/** Counts as a message of the page, and has a place among the answers that run at once. */
const CALL: AdmissionCall['route'] = { method: 'POST', streams: true }
const READ: AdmissionCall['route'] = { method: 'GET' }
const DELETE: AdmissionCall['route'] = { method: 'DELETE' }
const COUNT: AdmissionCall['route'] = { method: 'POST' }

/** For whom a key's calls count: only members have keys. */
export function callerOf({ keyOwnerId }: KeyPrincipal): { userId: string; kind: 'member' } {
  return { userId: keyOwnerId, kind: 'member' }
}

/** Whether this module reads the body of a request by itself: not before it knows who sends it. */
export function isOpenAiPath(path: string): boolean {
  // As Express has it, for whom /V1 is the same.
  return /^\/v1(?:\/|$)/i.test(path)
}

/**
 * The APIs of OpenAI and Anthropic under `/v1`, for programs that show an API key. Nothing else opens it, cookies least of all,
 * so that no page of another site can use it; and a key opens nothing else.
 */
export function registerOpenAiApi(app: Express, dependencies: OpenAiApiDependencies): void {
  const { models, pseudonymOf, router } = dependencies

  app.use('/v1', (_request, response, next) => {
    const id = currentTrace()?.traceId ?? ''
    // OpenAI's and Anthropic's SDKs give it to their callers, of errors too.
    response.setHeader('x-request-id', id)
    response.setHeader('request-id', id)
    response.setHeader('cache-control', 'no-store')
    next()
  })

  const withKey =
    (called: Pick<AdmissionCall, 'name' | 'route'>, handle: (call: KeyCall) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      try {
        const origin = await dependencies.readOrigin(request)
        const key = await dependencies.authenticate(request, origin)
        const callId = newId()
        const admission = await dependencies.admit({
          ...called,
          principal: callerOf(key),
          origin,
          request,
          response,
          ...(called.route.streams === true && { message: { turnId: callId } }),
        })
        try {
          await handle({ callId, key, request, response })
          admission.end()
        } catch (error) {
          admission.end(error)
          throw error
        }
      } catch (error) {
        tellWhetherToRetry(error, response)
        throw error
      }
    }

  const answerBy = (path: ModelCall['path'], kind: 'chat' | 'embedding') =>
    withKey({ name: path, route: CALL }, async ({ callId, key, request, response }) => {
      const sent = validate(ModelCallBody, await readBody(request, response))
      const price = callPriceOf(await models.find(key, sent.model, kind), kind, sent)
      const body = forwardedBody(sent, pseudonymOf(key.keyOwnerId), path)
      await callModel({ callId, path, key, price, body, response }, dependencies)
    })

  app.post('/v1/chat/completions', answerBy('/v1/chat/completions', 'chat'))
  app.post('/v1/responses', answerBy('/v1/responses', 'chat'))
  app.post('/v1/messages', answerBy('/v1/messages', 'chat'))
  app.post(
    '/v1/messages/count_tokens',
    withKey(
      { name: '/v1/messages/count_tokens', route: COUNT },
      async ({ key, request, response }) => {
        const sent = validate(ModelCallBody, await readBody(request, response))
        await models.find(key, sent.model, 'chat')
        const body = forwardedBody(sent, pseudonymOf(key.keyOwnerId), '/v1/messages')
        response.json(await router.call('POST', '/v1/messages/count_tokens', body))
      },
    ),
  )
  app.post('/v1/embeddings', answerBy('/v1/embeddings', 'embedding'))
  // What the router keeps for a member is asked for in the member's name, which only we may say.
  const keptBy = (method: 'GET' | 'DELETE', path: '' | '/input_items') =>
    withKey(
      { name: `/v1/responses/:id${path}`, route: method === 'GET' ? READ : DELETE },
      async ({ key, request, response }) => {
        const asked = new URLSearchParams(request.originalUrl.split('?')[1])
        asked.set('user', pseudonymOf(key.keyOwnerId))
        const id = encodeURIComponent(String(request.params['id']))
        response.json(await router.call(method, `/v1/responses/${id}${path}?${asked.toString()}`))
      },
    )
  app.get('/v1/responses/:id', keptBy('GET', ''))
  app.delete('/v1/responses/:id', keptBy('DELETE', ''))
  app.get('/v1/responses/:id/input_items', keptBy('GET', '/input_items'))
  app.get(
    '/v1/models',
    withKey({ name: '/v1/models', route: READ }, async ({ key, response }) => {
      response.json({ object: 'list', data: await models.list(key) })
    }),
  )
  app.get(
    '/v1/models/*id',
    withKey({ name: '/v1/models/*id', route: READ }, async ({ key, request, response }) => {
      // Ids hold slashes, which clients escape or not.
      const id = [request.params['id'] ?? ''].flat().join('/')
      response.json(await models.find(key, id))
    }),
  )
  refuseOtherMethods(app, ['/v1/chat/completions', '/v1/responses', '/v1/embeddings'], ['POST'])
  refuseOtherMethods(app, ['/v1/messages', '/v1/messages/count_tokens'], ['POST'])
  refuseOtherMethods(app, ['/v1/responses/:id'], ['GET', 'HEAD', 'DELETE'])
  refuseOtherMethods(app, ['/v1/responses/:id/input_items'], ['GET', 'HEAD'])
  refuseOtherMethods(app, ['/v1/models', '/v1/models/*id'], ['GET', 'HEAD'])
}

function refuseOtherMethods(app: Express, paths: string[], methods: string[]): void {
  app.all(paths, (request, response) => {
    response.setHeader('allow', methods.join(', '))
    throw methodNotAllowed(request.method, methods)
  })
}

/** OpenAI's SDKs try every 429 and 5xx again by themselves, unless they are told that it is of no use. */
function tellWhetherToRetry(error: unknown, response: Response): void {
  if (response.headersSent) return
  if (error instanceof ServiceError && !(error.retryable && isSoon(error))) {
    response.setHeader('x-should-retry', 'false')
  }
  if (error instanceof ServiceError && error.status === 401) {
    response.setHeader('www-authenticate', 'Bearer')
  }
}

/** What comes at midnight is of no use to who tries again within seconds. */
function isSoon({ retryAfterMs }: ServiceError): boolean {
  return (retryAfterMs ?? 0) <= 60_000
}

const parseJson = readJson({ limitBytes: BODY_LIMIT_BYTES })

/** @throws {ServiceError} 400, 413, 415 */
async function readBody(request: Request, response: Response): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    const next = (error?: unknown): void => (error === undefined ? resolve() : reject(error))
    Promise.resolve(parseJson(request, response, next)).catch(reject)
  })
  if (request.body === undefined) throw notJson
  return request.body
}

const notJson = new ServiceError({
  code: 'unsupported-media-type',
  status: 415,
  title: 'This kind of body is not understood here.',
  detail: 'Send JSON with `content-type: application/json`.',
})
