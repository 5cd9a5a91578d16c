import { textOf } from '../../answer/json-value.ts'
import { chatFinish, createdSeconds } from '../openai-chat/chat-finish.ts'
import { joined } from '../openai-chat/openai-chat.wire.ts'
import { readChatRequest } from '../openai-chat/read-chat-request.ts'
import type { ChatRequest, Exchange, Wire } from '../wire.ts'
import { groqFailure } from './groq-failure.ts'
import {
  groqCompletionId,
  groqFingerprint,
  groqFrames,
  groqReasoningFormat,
  groqRequestId,
  groqText,
  groqToolCall,
  groqUsage,
} from './groq-frames.ts'

/** Groq's `POST /openai/v1/chat/completions`. */
export const groq: Wire = {
  provider: 'groq',
  endpoint: '/openai/v1/chat/completions',
  opensEarly: false,
  eventStreamType: 'text/event-stream',
  read: (body) => withReasoning(readChatRequest(body)),
  headers: (exchange) => ({
    'cache-control': 'no-cache',
    'x-groq-region': 'sim',
    'x-ratelimit-limit-requests': '14400',
    'x-ratelimit-limit-tokens': '500000',
    'x-ratelimit-remaining-requests': '14399',
    'x-ratelimit-remaining-tokens': '499000',
    'x-ratelimit-reset-requests': '6s',
    'x-ratelimit-reset-tokens': '815ms',
    'x-request-id': groqRequestId(exchange),
  }),
  frames: groqFrames,
  document: (exchange) => ({
    body: documentOf(exchange),
    finish: chatFinish[exchange.production.finish],
  }),
  garbage: (exchange) =>
    `data: {"id":"${groqCompletionId(exchange)}","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"\n\n`,
  streamError: () =>
    `event: error\ndata: ${JSON.stringify({
      error: {
        message: 'Internal Server Error',
        type: 'internal_server_error',
        code: 'internal_server_error',
        status_code: 500,
      },
    })}\n\n`,
  failure: (failure, { model }) => groqFailure(failure, model),
}

function withReasoning(request: ChatRequest): ChatRequest {
  const effort = textOf(request.body['reasoning_effort'])
  const asked = effort !== '' || textOf(request.body['reasoning_format']) !== ''
  const reasoning = effort === 'none' ? 'off' : asked ? 'on' : 'auto'
  return { ...request, conversation: { ...request.conversation, reasoning } }
}

function documentOf(exchange: Exchange): unknown {
  const { production } = exchange
  const format = groqReasoningFormat(exchange)
  const calls = production.sections
    .filter((section) => section.kind === 'tool-call')
    .map(groqToolCall)
  const reasoning = joined(production.sections, 'reasoning')
  const text = production.sections
    .filter(groqText)
    .map((section) => section.tokens.join(''))
    .join('')
  const raw =
    reasoning !== undefined && format === 'raw' ? `<think>\n${reasoning}\n</think>\n\n` : ''
  return {
    id: groqCompletionId(exchange),
    object: 'chat.completion',
    created: createdSeconds(exchange),
    model: exchange.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          ...(calls.length > 0 ? {} : { content: raw + text }),
          ...(reasoning !== undefined && format === 'parsed' ? { reasoning } : {}),
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: null,
        finish_reason: chatFinish[production.finish],
      },
    ],
    usage: groqUsage(production),
    usage_breakdown: null,
    system_fingerprint: groqFingerprint,
    x_groq: { id: groqRequestId(exchange), seed: 430271417 },
    service_tier: 'on_demand',
  }
}
