import {
  ATTEMPT_EVENTS,
  COST_HEADER,
  ChatCompletion,
  DECISION_HEADER,
  DEPLOYMENT_HEADER,
  EVENTS_HEADER,
  IDEMPOTENCY_HEADER,
  ModelList,
  ROUTER_AUDIENCE,
  SHARE_HEADER,
} from '@brainlyx/router-contract'
import type {
  ChatCompletionChunk,
  ChatCompletionRequest,
  RouterModel,
} from '@brainlyx/router-contract'
import { currentTrace } from '@brainlyx/service-kit'
import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import { readChunks, readItems } from './completion-stream.ts'
import { routerAway, routerError } from './router-error.ts'

/** An answer with what its calls cost together, and who gave it; null: not told. */
export type PricedCompletion = ChatCompletion & {
  readonly costPicoUsd: bigint | null
  readonly deployment: string | null
}

/** Of the router's API, what models are called by. */
export type RouterPath =
  | '/v1/chat/completions'
  | '/v1/responses'
  | '/v1/messages'
  | '/v1/embeddings'

export interface RouterClient {
  /**
   * Streams an answer; the router's events are among the chunks. Ends normally only where the router said that the
   * answer is complete; aborting `signal` ends it by an error.
   * @param onDecision hears which decision explains where the request went, also where it failed
   * @throws {ServiceError} the router's own error, `answer-cut`, `router-unavailable` or `router-malformed`
   */
  stream(
    body: ChatCompletionRequest,
    signal: AbortSignal,
    onDecision?: (decisionId: string) => void,
  ): AsyncGenerator<ChatCompletionChunk, void>
  /**
   * @param options.idempotencyKey names the request: sent again by whoever follows it gets the answer that it got
   * @throws {ServiceError} as `stream`; 409 `idempotency-key-in-use`, retryable, while it is being answered
   */
  complete(
    body: ChatCompletionRequest,
    options?: { signal?: AbortSignal; idempotencyKey?: string },
  ): Promise<PricedCompletion>
  /**
   * Any call of models by the router's API, streamed or not, as the texts of its items: chunks or the one whole
   * answer, the events of provider calls, and the error where it ends by one. Nothing is ever taken back. Ends as
   * `stream` does.
   * @throws {ServiceError} as `stream`, but for errors among the items
   */
  open(
    path: RouterPath,
    body: unknown,
    signal: AbortSignal,
  ): Promise<{ decisionId: string | undefined; items: AsyncGenerator<string, void> }>
  /** @param kind default: what can be chatted with */
  listModels(kind?: 'embedding'): Promise<RouterModel[]>
  /** Any other of the router's calls; a body that is not 2xx throws. @throws {ServiceError} */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>
  close(): Promise<void>
}

/** The router keeps the time limits of provider calls; these only catch a router that has gone silent. */
const SILENCE_LIMIT_MS = 120_000
/** An answer in one piece may take as long as the router lets it, and nothing is heard of it meanwhile. */
const WHOLE_ANSWER_LIMIT_MS = 330_000

/**
 * @param url of provider-router
 * @param signToken a service token for an audience; absent where the router asks for none
 */
export function createRouterClient(options: {
  url: string
  signToken?: ((audience: string) => Promise<string>) | undefined
}): RouterClient {
  const { url, signToken } = options
  const origin = new URL(url).origin
  const dispatcher = new Agent({
    connect: { timeout: 2_000 },
    headersTimeout: SILENCE_LIMIT_MS,
    bodyTimeout: SILENCE_LIMIT_MS,
    // Longer than an idle chat's pause; a new connection costs the first token a round trip.
    keepAliveTimeout: 30_000,
  })

  async function send(
    method: Dispatcher.HttpMethod,
    path: string,
    body: unknown,
    extra: {
      signal?: AbortSignal | undefined
      events?: '1' | typeof ATTEMPT_EVENTS
      /** No other request may share this one's call: somebody pays for it. */
      alone?: boolean
      title?: string
      idempotencyKey?: string | undefined
      onDecision?: ((decisionId: string) => void) | undefined
    } = {},
  ): Promise<Dispatcher.ResponseData> {
    const trace = currentTrace()
    const headers: Record<string, string> = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(signToken === undefined
        ? {}
        : { authorization: `Bearer ${await signToken(ROUTER_AUDIENCE)}` }),
      ...(trace === undefined ? {} : { traceparent: trace.traceparent }),
      ...(extra.idempotencyKey === undefined ? {} : { [IDEMPOTENCY_HEADER]: extra.idempotencyKey }),
      ...(extra.alone === true ? { [SHARE_HEADER]: '0' } : {}),
      ...(extra.events === undefined
        ? {}
        : { [EVENTS_HEADER]: extra.events, accept: 'text/event-stream' }),
    }
    const response = await request(`${origin}${path}`, {
      method,
      headers,
      dispatcher,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(extra.alone === true ? { bodyTimeout: WHOLE_ANSWER_LIMIT_MS } : {}),
      ...(extra.signal === undefined ? {} : { signal: extra.signal }),
    }).catch((error: unknown) => {
      throw routerAway(error)
    })
    const decisionId = response.headers[DECISION_HEADER]
    if (typeof decisionId === 'string') extra.onDecision?.(decisionId)
    if (response.statusCode >= 200 && response.statusCode < 300) return response
    throw routerError(await readJson(response), response.statusCode, extra.title)
  }

  return {
    async *stream(body, signal, onDecision) {
      const response = await send(
        'POST',
        '/v1/chat/completions',
        { ...body, stream: true, stream_options: { include_usage: true } },
        { signal, events: '1', onDecision },
      )
      yield* readChunks(response.body)
    },
    async complete(body, options) {
      const whole = { ...body, stream: false }
      const response = await send('POST', '/v1/chat/completions', whole, options)
      const cost = response.headers[COST_HEADER]
      const deployment = response.headers[DEPLOYMENT_HEADER]
      return {
        ...readAs(ChatCompletion, await readJson(response)),
        costPicoUsd: typeof cost === 'string' ? BigInt(cost) : null,
        deployment: typeof deployment === 'string' ? deployment : null,
      }
    },
    async open(path, body, signal) {
      const response = await send('POST', path, body, {
        signal,
        events: ATTEMPT_EVENTS,
        alone: true,
      })
      const decisionId = response.headers[DECISION_HEADER]
      return {
        decisionId: typeof decisionId === 'string' ? decisionId : undefined,
        items: readItems(response.body, (data) => data),
      }
    },
    async listModels(kind) {
      const path = kind === undefined ? '/v1/models' : `/v1/models?kind=${kind}`
      return readAs(ModelList, await readJson(await send('GET', path, undefined))).data
    },
    async call(method, path, body) {
      return readJson(await send(method, path, body, { title: 'This could not be done.' }))
    },
    close: () => dispatcher.close(),
  }
}

/** undefined where the body is not JSON. */
async function readJson(response: Dispatcher.ResponseData): Promise<unknown> {
  const text = await response.body.text().catch((error: unknown) => {
    throw routerAway(error)
  })
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function readAs<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  value: unknown,
): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success || parsed.data === undefined) throw routerError(undefined)
  return parsed.data
}
