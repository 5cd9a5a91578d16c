import type { Finish, Production } from '../../answer/production.ts'
import type { Exchange } from '../wire.ts'

/** Chat Completions' words. A refusal ends with `stop`: its sign is the `refusal` field. */
export const chatFinish: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  length: 'length',
  'stop-sequence': 'stop',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'stop',
}

export function chatUsage(production: Production): Record<string, unknown> {
  const { usage } = production
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

export function chatCompletionId(exchange: Exchange): string {
  return `chatcmpl-${exchange.id}`
}

export function createdSeconds(exchange: Exchange): number {
  return Math.floor(exchange.createdAtMs / 1000)
}
