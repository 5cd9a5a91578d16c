import { parsedArguments } from '../../answer/json-value.ts'
import type { Section } from '../../answer/production.ts'
import { randomLetters } from '../identifier.ts'
import type { Exchange, Wire } from '../wire.ts'
import { anthropicFailure } from './anthropic-failure.ts'
import {
  anthropicFinish,
  anthropicFrames,
  anthropicFullUsage,
  anthropicMessage,
  anthropicOutputTokens,
  anthropicSections,
  anthropicSignature,
  anthropicStop,
  anthropicThinkingUsage,
} from './anthropic-frames.ts'
import { readMessagesRequest } from './read-messages-request.ts'

/** Anthropic's `POST /v1/messages`. */
export const anthropic: Wire = {
  provider: 'anthropic',
  endpoint: '/v1/messages',
  opensEarly: true,
  eventStreamType: 'text/event-stream; charset=utf-8',
  read: readMessagesRequest,
  headers: (exchange) => ({
    ...limits(exchange),
    'request-id': `req_01${exchange.id.slice(0, 22)}`,
  }),
  frames: anthropicFrames,
  document: (exchange) => ({
    body: documentOf(exchange),
    finish: anthropicFinish[exchange.production.finish],
  }),
  garbage: () =>
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_del\n\n',
  streamError: () =>
    `event: error\ndata: ${JSON.stringify({
      type: 'error',
      error: { details: null, type: 'overloaded_error', message: 'Overloaded' },
    })}\n\n`,
  failure: (failure, { model }) => anthropicFailure(failure, model),
}

function limits(exchange: Exchange): Record<string, string> {
  const reset = `${new Date(exchange.createdAtMs + 1000).toISOString().slice(0, 19)}Z`
  const headers: Record<string, string> = { 'cache-control': 'no-cache' }
  for (const [name, limit] of [
    ['requests', 10_000],
    ['input-tokens', 10_000_000],
    ['output-tokens', 2_000_000],
    ['tokens', 12_000_000],
  ] as const) {
    headers[`anthropic-ratelimit-${name}-limit`] = String(limit)
    headers[`anthropic-ratelimit-${name}-remaining`] = String(limit - 1)
    headers[`anthropic-ratelimit-${name}-reset`] = reset
  }
  return headers
}

function documentOf(exchange: Exchange): unknown {
  const { production } = exchange
  return {
    ...anthropicMessage(exchange),
    content: anthropicSections(production).map(blockOf),
    ...anthropicStop(production),
    usage: {
      ...anthropicFullUsage(production, anthropicOutputTokens(production)),
      ...anthropicThinkingUsage(production),
    },
  }
}

function blockOf(section: Section): Record<string, unknown> {
  const text = section.tokens.join('')
  if (section.kind === 'reasoning') {
    return { type: 'thinking', thinking: text, signature: anthropicSignature(section) }
  }
  if (section.kind === 'tool-call') {
    const id = `toolu_01${randomLetters(22)}`
    return { type: 'tool_use', id, name: section.name, input: parsedArguments(text) }
  }
  return { type: 'text', text }
}
