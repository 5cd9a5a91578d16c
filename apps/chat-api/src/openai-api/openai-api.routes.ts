import type { Pseudonymizer } from '@brainlyx/db'
import { ServiceError, currentTrace, readJson } from '@brainlyx/service-kit'
import type { Express, Request, Response } from 'express'
import type { KnownKey } from '../api-keys/key-directory.ts'
import type { KeyPrincipal } from '../api-keys/key-principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { methodNotAllowed } from '../http/method-not-allowed.ts'
import { validate } from '../http/validate.ts'
import { callModel } from './call-model.ts'
import type { CallModelDependencies, ModelCall } from './call-model.ts'
import { ModelCallBody, forwardedBody } from './forwarded-body.ts'
import type { ModelAccess } from './model-access.ts'

/** Pictures come inside the body, as base64; the router's own limit. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024

export interface OpenAiApiDependencies extends CallModelDependencies {
  readonly models: ModelAccess
  readonly readOrigin: (request: Request) => Promise<RequestOrigin>
  /** @throws {ServiceError} 401, 429 */
  readonly authenticate: (request: Request, origin: RequestOrigin) => Promise<KnownKey>
  /** Whether its user may make one more request now. @throws {ServiceError} 429, 503 */
  readonly admit: (key: KeyPrincipal, request: Request, response: Response) => Promise<void>
  readonly pseudonymOf: Pseudonymizer
}

/** Whether this module reads the body of a request by itself: not before it knows who sends it. */
export function isOpenAiPath(path: string): boolean {
  // As Express has it, for whom /V1 is the same.
  return /^\/v1(?:\/|$)/i.test(path)
}

/**
 * The OpenAI-compatible API under `/v1`, for programs that show an API key. Nothing else opens it, cookies least of all,
 * so that no page of another site can use it; and a key opens nothing else.
 */
export function registerOpenAiApi(app: Express, dependencies: OpenAiApiDependencies): void {
  const { models, pseudonymOf } = dependencies

  app.use('/v1', (_request, response, next) => {
    // OpenAI's SDKs give it to their callers as `request_id`, of errors too.
    response.setHeader('x-request-id', currentTrace()?.traceId ?? '')
    response.setHeader('cache-control', 'no-store')
    next()
  })

  const withKey =
    (handle: (key: KnownKey, request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      try {
        const origin = await dependencies.readOrigin(request)
        const key = await dependencies.authenticate(request, origin)
        await dependencies.admit(key, request, response)
        await handle(key, request, response)
      } catch (error) {
        tellWhetherToRetry(error, response)
        throw error
      }
    }

  const answerBy = (path: ModelCall['path'], kind: 'chat' | 'embedding') =>
    withKey(async (key, request, response) => {
      const sent = validate(ModelCallBody, await readBody(request, response))
      await models.find(key, sent.model, kind)
      const body = forwardedBody(sent, pseudonymOf(key.keyOwnerId))
      await callModel({ path, key, body, response }, dependencies)
    })

  app.post('/v1/chat/completions', answerBy('/v1/chat/completions', 'chat'))
  app.post('/v1/embeddings', answerBy('/v1/embeddings', 'embedding'))
  app.get(
    '/v1/models',
    withKey(async (key, _request, response) => {
      response.json({ object: 'list', data: await models.list(key) })
    }),
  )
  app.get(
    '/v1/models/*id',
    withKey(async (key, request, response) => {
      // Ids hold slashes, which clients escape or not.
      const id = [request.params['id'] ?? ''].flat().join('/')
      response.json(await models.find(key, id))
    }),
  )
  refuseOtherMethods(app, ['/v1/chat/completions', '/v1/embeddings'], ['POST'])
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
  if (error instanceof ServiceError && !error.retryable) {
    response.setHeader('x-should-retry', 'false')
  }
  if (error instanceof ServiceError && error.status === 401) {
    response.setHeader('www-authenticate', 'Bearer')
  }
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
