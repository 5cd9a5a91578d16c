import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { estimateInputTokens } from './estimate-tokens.ts'

/** What a request asks of whoever answers it. */
export interface RequestNeeds {
  readonly images: boolean
  readonly tools: boolean
  /** Roughly. */
  readonly inputTokens: number
}

export function needsOf(request: ChatCompletionRequest): RequestNeeds {
  return {
    images: request.messages.some(
      ({ content }) =>
        Array.isArray(content) && content.some((part) => (part.type as string) === 'image_url'),
    ),
    tools: request.tools != null && request.tools.length > 0,
    inputTokens: estimateInputTokens(request),
  }
}
