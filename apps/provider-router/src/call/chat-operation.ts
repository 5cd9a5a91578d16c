import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type { ProviderAdapter, ProviderApi } from '../adapters/provider-adapter.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/choose-candidates.ts'
import { estimateInputTokens } from '../choose/estimate-tokens.ts'
import type { Operation } from './operation.ts'
import { targetOf } from './target-of.ts'

export type AdapterFor = (api: ProviderApi) => ProviderAdapter

/**
 * A chat completion, streamed or not. Where the caller asks to go on from its own text, a model known to take that
 * gets the text, trimmed at its end as Anthropic wants it; any other one begins again without it.
 */
export function chatOperation(
  request: ChatCompletionRequest,
  options: { streams: boolean; adapterFor: AdapterFor },
): Operation {
  const { streams, adapterFor } = options
  const continued = request.brainlyx?.continue === true ? prefilled(request) : undefined
  const restarts = ({ deployment }: Candidate): boolean =>
    continued !== undefined && deployment.capabilities.prefill !== true
  return {
    streams,
    inputTokens: estimateInputTokens(request),
    restarts,
    open(candidate, signal) {
      const again = restarts(candidate)
      const call = {
        target: targetOf(candidate),
        request: continued === undefined ? request : again ? continued.without : continued.with,
        prefill: continued !== undefined && !again,
        signal,
      }
      const adapter = adapterFor(candidate.deployment.api)
      return streams ? adapter.stream(call) : wholeAnswer(adapter.complete(call))
    },
  }
}

/** Whether any text that the assistant began is there to go on from, and the request with and without it. */
function prefilled(
  request: ChatCompletionRequest,
): { with: ChatCompletionRequest; without: ChatCompletionRequest } | undefined {
  const last = request.messages.at(-1)
  if (last?.role !== 'assistant' || typeof last.content !== 'string') return undefined
  const earlier = request.messages.slice(0, -1)
  const content = last.content.trimEnd()
  return {
    with: { ...request, messages: [...earlier, { ...last, content }] },
    without: { ...request, messages: earlier },
  }
}

async function* wholeAnswer(parts: Promise<StreamPart[]>): AsyncGenerator<StreamPart> {
  yield* await parts
}
