import type { ResponsesRequest } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import type { UsagePart } from '../normalise/completion-usage.ts'
import type { OutputItem } from './response-item.ts'

type Response = OpenAI.Responses.Response

/** What of a response changes while it is made. */
export interface ResponseState {
  readonly id: string
  readonly created_at: number
  /** Whether it can be gone on from. */
  readonly store: boolean
  readonly status: NonNullable<Response['status']>
  readonly model: string
  readonly output: readonly OutputItem[]
  readonly service_tier?: string
  readonly completed_at?: number
  readonly incomplete_details?: Response['incomplete_details']
  readonly error?: Response['error']
  readonly usage?: OpenAI.Responses.ResponseUsage
}

/** A response as OpenAI tells it: the answer, and what was asked. The SDK adds `output_text` by itself. */
export function responseObject(asked: ResponsesRequest, state: ResponseState): Response {
  const response = {
    object: 'response',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: asked.metadata ?? {},
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    previous_response_id: asked.previous_response_id ?? null,
    prompt_cache_key: asked.prompt_cache_key ?? null,
    reasoning: {
      effort: asked.reasoning?.effort ?? null,
      summary: asked.reasoning?.summary ?? null,
    },
    safety_identifier: asked.safety_identifier ?? null,
    service_tier: asked.service_tier ?? 'auto',
    temperature: asked.temperature ?? null,
    text: {
      format: asked.text?.format ?? { type: 'text' },
      ...(asked.text?.verbosity == null ? {} : { verbosity: asked.text.verbosity }),
    },
    tool_choice: asked.tool_choice ?? 'auto',
    tools: asked.tools ?? [],
    top_logprobs: asked.top_logprobs ?? 0,
    top_p: asked.top_p ?? null,
    truncation: 'disabled',
    usage: null,
    // A service says it for its user, who need not see the name.
    user: null,
    ...state,
  }
  return response as unknown as Response
}

/** Unified counts as the Responses API names them. */
export function responseUsage({ usage }: Pick<UsagePart, 'usage'>): OpenAI.Responses.ResponseUsage {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens,
      cache_write_tokens: usage.cacheWriteTokens,
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  }
}
