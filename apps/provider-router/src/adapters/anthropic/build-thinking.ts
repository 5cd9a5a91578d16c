import type Anthropic from '@anthropic-ai/sdk'
import type { ChatMessage } from '@brainlyx/router-contract'
import type { ProviderCall } from '../provider-adapter.ts'
import { offeredTools } from '../wire-value/offered-tools.ts'
import { claudeGeneration } from './claude-generation.ts'
import { ownAnswer } from './own-answer.ts'

/** Tokens to think with, by OpenAI's effort. Anthropic takes no fewer than 1,024. */
const BUDGET: Readonly<Record<'low' | 'medium' | 'high' | 'xhigh' | 'max', number>> = {
  low: 1_024,
  medium: 4_096,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
}

/** The most effort whose tokens these are enough for. */
export function effortOfBudget(tokens: number): keyof typeof BUDGET {
  const efforts = Object.keys(BUDGET) as (keyof typeof BUDGET)[]
  return efforts.findLast((effort) => BUDGET[effort] <= tokens) ?? 'low'
}

interface Thinking {
  readonly enabled: boolean
  readonly maxTokens: number
  readonly config?: Anthropic.ThinkingConfigParam
  readonly effort?: NonNullable<Anthropic.OutputConfig['effort']>
}

/**
 * Thinking counts against `max_tokens`, so the caller's limit on the answer is raised by the budget as far as the
 * model allows, unless the caller means it for both. It goes neither with a forced tool nor with a prefill. From 4.6 on
 * models decide themselves how long to think, guided by an effort; from 4.7 on they refuse a budget. Older ones refuse a
 * tool's result without the signed thoughts that led to its call, which callers of OpenAI's format do not hand back:
 * they answer it unthinking.
 */
export function thinkingOptions(call: ProviderCall, limit: number): Thinking {
  const { reasoning_effort: asked } = call.request
  const { choice } = offeredTools(call.request)
  const effort = asked ?? ''
  const generation = claudeGeneration(call.target.model)
  const adaptive = generation >= 4.6
  const budget = (BUDGET as Readonly<Record<string, number>>)[effort] ?? 0
  const forced = choice === 'required' || typeof choice === 'object'
  const guided = adaptive && asked != null ? { effort: effortOf(effort, generation) } : {}
  if (budget === 0 || call.prefill || forced) return { enabled: false, maxTokens: limit, ...guided }
  const within = call.request.brainlyx?.thinksAsAtAnthropic === true
  const raised = Math.max(limit, Math.min(call.target.outputTokenLimit, limit + budget))
  const maxTokens = within ? limit : raised
  if (adaptive) {
    // Newer models keep their thoughts to themselves unless asked.
    return {
      enabled: true,
      maxTokens,
      config: { type: 'adaptive', display: 'summarized' },
      ...guided,
    }
  }
  if (answersUnproved(call.request.messages)) return { enabled: false, maxTokens: limit }
  const room = Math.min(budget, maxTokens - (within ? 1 : Math.min(limit, 1_024)))
  return room < 1_024
    ? { enabled: false, maxTokens: limit }
    : { enabled: true, maxTokens, config: { type: 'enabled', budget_tokens: room } }
}

/** A tool's result is to be answered, and the thoughts that led to its call are not there. */
function answersUnproved(messages: readonly ChatMessage[]): boolean {
  const last = messages.findLastIndex(({ role }) => role === 'assistant')
  if (!messages.slice(last + 1).some(({ role }) => role === 'tool')) return false
  const message = messages[last]
  return message?.role !== 'assistant' || ownAnswer(message) === undefined
}

function effortOf(effort: string, generation: number): NonNullable<Thinking['effort']> {
  if (effort === 'xhigh' || effort === 'max') return generation >= 4.7 ? effort : 'high'
  return effort === 'medium' || effort === 'high' ? effort : 'low'
}
