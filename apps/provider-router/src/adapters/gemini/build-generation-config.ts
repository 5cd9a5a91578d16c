import type { ProviderCall } from '../provider-adapter.ts'
import { takesFormat } from './takes-format.ts'

/** Tokens to think with on Gemini 2.5, by OpenAI's effort. */
const THINKING_BUDGET: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 32_768,
  max: 32_768,
}

export function generationConfig(call: ProviderCall): object {
  const { request, target } = call
  const stop = typeof request.stop === 'string' ? [request.stop] : request.stop
  const format = takesFormat(call) ? request.response_format : null
  return withoutNulls({
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
    temperature: request.temperature,
    topP: request.top_p,
    topK: request.top_k,
    seed: request.seed,
    presencePenalty: request.presence_penalty,
    frequencyPenalty: request.frequency_penalty,
    candidateCount: request.n === 1 ? null : request.n,
    stopSequences: stop,
    responseMimeType: format == null || format.type === 'text' ? null : 'application/json',
    responseJsonSchema: format?.type === 'json_schema' ? format.json_schema.schema : null,
    thinkingConfig: thinkingConfig(target.model, request.reasoning_effort),
  })
}

/** Gemini 3 takes a level, 2.5 a budget, older models neither. Thoughts are shown where there are any. */
function thinkingConfig(model: string, effort: string | null | undefined): object | null {
  if (model.startsWith('gemini-3')) {
    const level = ['medium', 'high', 'xhigh', 'max'].includes(effort ?? '') ? 'high' : 'low'
    return { includeThoughts: true, ...(effort == null ? {} : { thinkingLevel: level }) }
  }
  if (!model.startsWith('gemini-2.5')) return null
  const budget = effort == null ? undefined : thinkingBudget(model, effort)
  return {
    includeThoughts: budget !== 0,
    ...(budget === undefined ? {} : { thinkingBudget: budget }),
  }
}

/** Pro cannot but think, and may think longer than the others. */
function thinkingBudget(model: string, effort: string): number | undefined {
  const budget = THINKING_BUDGET[effort]
  if (budget === undefined) return undefined
  return model.includes('-pro') ? Math.max(128, budget) : Math.min(24_576, budget)
}

function withoutNulls(entries: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value != null))
}
