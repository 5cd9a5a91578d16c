import type Anthropic from '@anthropic-ai/sdk'
import type { ProviderCall } from '../provider-adapter.ts'

/** Tokens to think with, by OpenAI's effort. Anthropic takes no fewer than 1,024. */
const BUDGET: Readonly<Record<string, number>> = {
  low: 1_024,
  medium: 4_096,
  high: 16_384,
  xhigh: 32_768,
}

type Thinking =
  | { readonly enabled: false; readonly maxTokens: number }
  | {
      readonly enabled: true
      readonly maxTokens: number
      readonly config: Anthropic.ThinkingConfigEnabled
    }

/**
 * Thinking counts against `max_tokens`, so the caller's limit on the answer is raised by the budget as far as the
 * model allows. It goes neither with a forced tool nor with a prefill.
 */
export function thinkingOptions(call: ProviderCall, limit: number): Thinking {
  const off = { enabled: false, maxTokens: limit } as const
  const budget = BUDGET[call.request.reasoning_effort ?? ''] ?? 0
  const choice = call.request.tool_choice
  const forced = choice === 'required' || typeof choice === 'object'
  if (budget === 0 || call.prefill || (forced && choice !== null)) return off
  const maxTokens = Math.max(limit, Math.min(call.target.outputTokenLimit, limit + budget))
  const room = Math.min(budget, maxTokens - Math.min(limit, 1_024))
  return room < 1_024
    ? off
    : { enabled: true, maxTokens, config: { type: 'enabled', budget_tokens: room } }
}
