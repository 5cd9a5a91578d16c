import type Anthropic from '@anthropic-ai/sdk'
import type { ProviderCall } from '../provider-adapter.ts'
import { claudeGeneration } from './claude-generation.ts'

/** Tokens to think with, by OpenAI's effort. Anthropic takes no fewer than 1,024. */
const BUDGET: Readonly<Record<string, number>> = {
  low: 1_024,
  medium: 4_096,
  high: 16_384,
  xhigh: 32_768,
}

interface Thinking {
  readonly enabled: boolean
  readonly maxTokens: number
  readonly config?: Anthropic.ThinkingConfigParam
  readonly effort?: NonNullable<Anthropic.OutputConfig['effort']>
}

/**
 * Thinking counts against `max_tokens`, so the caller's limit on the answer is raised by the budget as far as the
 * model allows. It goes neither with a forced tool nor with a prefill. From 4.6 on models decide themselves how long
 * to think, guided by an effort; from 4.7 on they refuse a budget.
 */
export function thinkingOptions(call: ProviderCall, limit: number): Thinking {
  const { reasoning_effort: asked, tool_choice: choice } = call.request
  const effort = asked ?? ''
  const generation = claudeGeneration(call.target.model)
  const adaptive = generation >= 4.6
  const budget = BUDGET[effort] ?? 0
  const forced = choice === 'required' || (typeof choice === 'object' && choice !== null)
  const guided = adaptive && asked != null ? { effort: effortOf(effort, generation) } : {}
  if (budget === 0 || call.prefill || forced) return { enabled: false, maxTokens: limit, ...guided }
  const maxTokens = Math.max(limit, Math.min(call.target.outputTokenLimit, limit + budget))
  if (adaptive) {
    // Newer models keep their thoughts to themselves unless asked.
    return {
      enabled: true,
      maxTokens,
      config: { type: 'adaptive', display: 'summarized' },
      ...guided,
    }
  }
  const room = Math.min(budget, maxTokens - Math.min(limit, 1_024))
  return room < 1_024
    ? { enabled: false, maxTokens: limit }
    : { enabled: true, maxTokens, config: { type: 'enabled', budget_tokens: room } }
}

function effortOf(effort: string, generation: number): NonNullable<Thinking['effort']> {
  if (effort === 'xhigh') return generation >= 4.7 ? 'xhigh' : 'high'
  return effort === 'medium' || effort === 'high' ? effort : 'low'
}
