import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { ProviderAdapter, ProviderApi, ProviderCall } from '../adapters/provider-adapter.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/candidate.ts'
import { estimateTextTokens } from '../choose/estimate-tokens.ts'
import type { RequestImages } from '../image/request-images.ts'
import type { Operation } from './operation.ts'

export type AdapterFor = (api: ProviderApi) => ProviderAdapter

/** Reserved of a quota for an answer whose length nobody stated. */
const EXPECTED_OUTPUT_TOKENS = 500

/**
 * A chat completion, streamed or not. Where the caller asks to go on from its own text, a model known to take that
 * gets the text, trimmed at its end as Anthropic wants it; any other one begins again without it.
 * @param options.inputTokens an estimate
 */
export function chatOperation(
  request: ChatCompletionRequest,
  options: {
    streams: boolean
    inputTokens: number
    adapterFor: AdapterFor
    /** Of the request; undefined: there are none, or they stay as they are. */
    images?: RequestImages | undefined
  },
): Operation {
  const { streams, inputTokens, adapterFor, images } = options
  const begun = beginningOf(request)
  const takesPrefill = ({ deployment }: Candidate): boolean =>
    deployment.capabilities.prefill === true
  const format = request.response_format?.type ?? 'text'
  return {
    streams,
    mayHedge: begun === undefined && !asksForTools(request),
    inputTokens,
    expectedTokens: inputTokens + expectedOutputTokens(request),
    restarts: (candidate) => begun !== undefined && !takesPrefill(candidate),
    ...(images && { prepare: ({ deployment }, signal) => images.prepare(deployment, signal) }),
    // A document by a schema is not gone on with: models that keep to one refuse a beginning, or lose the schema.
    canGoOn: (candidate) => takesPrefill(candidate) && format === 'text' && (request.n ?? 1) === 1,
    open(candidate, { signal, goOnFrom }) {
      const earlier = takesPrefill(candidate) || goOnFrom !== undefined ? (begun?.text ?? '') : ''
      const prefix = `${earlier}${goOnFrom ?? ''}`.trimEnd()
      const base = thinkable(begun?.request ?? request, candidate.deployment)
      const call = {
        target: candidate.target,
        request: prefix === '' ? base : withPrefix(base, prefix, goOnFrom ?? ''),
        prefill: prefix !== '',
        signal,
      }
      const adapter = adapterFor(candidate.deployment.api)
      if (images !== undefined) return withImages(call, { adapter, streams, images, candidate })
      return streams ? adapter.stream(call) : wholeAnswer(adapter.complete(call))
    },
  }
}

/**
 * A round of tools stays where its prompt is cached and its reasoning is known, and its long prompt is the dearest to
 * pay twice; a provider's own search is paid for by the call.
 */
function asksForTools({ tools, web_search_options: search }: ChatCompletionRequest): boolean {
  return (tools?.length ?? 0) > 0 || search != null
}

export function expectedOutputTokens(request: ChatCompletionRequest): number {
  const limit = request.max_completion_tokens ?? request.max_tokens
  return limit == null ? EXPECTED_OUTPUT_TOKENS : Math.min(limit, EXPECTED_OUTPUT_TOKENS)
}

/**
 * To callers of Anthropic's API thinking is a wish, and any model may answer them: who cannot think is not told to, and
 * who knows fewer efforts is told the most that it knows.
 */
function thinkable(
  request: ChatCompletionRequest,
  { api, capabilities }: Candidate['deployment'],
): ChatCompletionRequest {
  const { reasoning_effort: effort, brainlyx } = request
  if (effort == null || brainlyx?.thinksAsAtAnthropic !== true) return request
  if (capabilities.reasoning !== true) return { ...request, reasoning_effort: undefined }
  const isMost = effort === 'xhigh' || effort === 'max'
  return isMost && api !== 'anthropic' ? { ...request, reasoning_effort: 'high' } : request
}

/** The text that the assistant began, where the caller asks to go on from it, and the request without it. */
function beginningOf(
  request: ChatCompletionRequest,
): { text: string; request: ChatCompletionRequest } | undefined {
  if (request.brainlyx?.continue !== true) return undefined
  const last = request.messages.at(-1)
  if (last?.role !== 'assistant' || typeof last.content !== 'string') return undefined
  return { text: last.content, request: { ...request, messages: request.messages.slice(0, -1) } }
}

/** What was produced already counts against the caller's limit. */
function withPrefix(
  request: ChatCompletionRequest,
  prefix: string,
  produced: string,
): ChatCompletionRequest {
  const spent = estimateTextTokens(produced)
  const left = (limit: number | null | undefined): number | null | undefined =>
    limit == null ? limit : Math.max(1, limit - spent)
  return {
    ...request,
    messages: [...request.messages, { role: 'assistant', content: prefix }],
    ...(spent === 0
      ? {}
      : {
          max_tokens: left(request.max_tokens),
          max_completion_tokens: left(request.max_completion_tokens),
        }),
  }
}

async function* withImages(
  call: ProviderCall,
  options: {
    adapter: ProviderAdapter
    streams: boolean
    images: RequestImages
    candidate: Candidate
  },
): AsyncGenerator<readonly StreamPart[]> {
  const { adapter, streams, images, candidate } = options
  const request = await images.fit(call.request, candidate.deployment).catch((error: unknown) => {
    throw error instanceof ServiceError ? unusableImage(error) : error
  })
  call.signal.throwIfAborted()
  const fitted = { ...call, request }
  if (streams) yield* adapter.stream(fitted)
  else yield await adapter.complete(fitted)
}

/** It could be used as it is by the first provider, and cannot be scaled for this one. */
function unusableImage(cause: ServiceError): ProviderError {
  return new ProviderError({ code: 'invalid-request', status: null, retryable: false, cause })
}

async function* wholeAnswer(parts: Promise<StreamPart[]>): AsyncGenerator<readonly StreamPart[]> {
  yield await parts
}
