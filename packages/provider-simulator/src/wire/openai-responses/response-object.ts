import { objectOf } from '../../answer/json-value.ts'
import type { Finish, Production, Section } from '../../answer/production.ts'
import { randomHex, randomLetters } from '../identifier.ts'
import { createdSeconds } from '../openai-chat/chat-finish.ts'
import type { Exchange } from '../wire.ts'

/** An output item: its ids live as long as the exchange, since events name them again and again. */
export interface OutputItem {
  section: Section
  id: string
  callId: string
}

export function outputItems(production: Production): OutputItem[] {
  return production.sections.map((section) => {
    const prefix = section.kind === 'reasoning' ? 'rs' : section.kind === 'tool-call' ? 'fc' : 'msg'
    return { section, id: `${prefix}_${randomHex(48)}`, callId: `call_${randomLetters(24)}` }
  })
}

/** Responses tells the finish as a status, and a reason where it is incomplete. */
export function responsesFinish(finish: Finish): {
  status: string
  reason: string | null
  word: string
} {
  const reason =
    finish === 'length'
      ? 'max_output_tokens'
      : finish === 'content-filter'
        ? 'content_filter'
        : null
  if (reason === null) return { status: 'completed', reason, word: 'completed' }
  return { status: 'incomplete', reason, word: `incomplete:${reason}` }
}

/** The finished item as `response.output_item.done` and the final response carry it. */
export function finishedItem(item: OutputItem, production: Production): Record<string, unknown> {
  const text = item.section.tokens.join('')
  if (item.section.kind === 'reasoning') {
    return { id: item.id, type: 'reasoning', summary: [{ type: 'summary_text', text }] }
  }
  const last = production.sections.at(-1) === item.section
  const status = last ? responsesFinish(production.finish).status : 'completed'
  if (item.section.kind === 'tool-call') {
    return {
      id: item.id,
      type: 'function_call',
      status,
      arguments: text,
      call_id: item.callId,
      name: item.section.name,
    }
  }
  return {
    id: item.id,
    type: 'message',
    status,
    content: [contentPart(item.section, text)],
    role: 'assistant',
  }
}

export function contentPart(section: Section, text: string): Record<string, unknown> {
  return section.kind === 'refusal'
    ? { type: 'refusal', refusal: text }
    : { type: 'output_text', annotations: [], logprobs: [], text }
}

/** The response object, which repeats the request's settings; `output` and `usage` only once it has ended. */
export function responseObject(
  exchange: Exchange,
  state: { status: string; reason?: string | null; error?: unknown; output: unknown[] },
): Record<string, unknown> {
  const { body } = exchange.request
  const reasoning = objectOf(body['reasoning'])
  const ended = state.status === 'completed' || state.status === 'incomplete'
  return {
    id: `resp_${exchange.id}`,
    object: 'response',
    created_at: createdSeconds(exchange),
    status: state.status,
    background: false,
    completed_at: state.status === 'completed' ? createdSeconds(exchange) : null,
    error: state.error ?? null,
    frequency_penalty: 0,
    incomplete_details:
      state.reason === undefined || state.reason === null ? null : { reason: state.reason },
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: null,
    model: exchange.model,
    moderation: null,
    output: state.output,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: { effort: reasoning['effort'] ?? null, summary: reasoning['summary'] ?? null },
    prompt_cache_retention: 'in_memory',
    safety_identifier: null,
    service_tier: ended ? 'default' : 'auto',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_logprobs: 0,
    top_p: body['top_p'] ?? 1,
    truncation: 'disabled',
    usage: ended ? responsesUsage(exchange.production) : null,
    user: null,
    metadata: body['metadata'] ?? {},
  }
}

function responsesUsage({ usage }: Production): Record<string, unknown> {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cache_write_tokens: 0, cached_tokens: usage.cachedInput },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  }
}
