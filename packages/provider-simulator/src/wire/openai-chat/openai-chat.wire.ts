import { textOf } from '../../answer/json-value.ts'
import type { Section, SectionKind } from '../../answer/production.ts'
import { randomLetters } from '../identifier.ts'
import type { ChatRequest, Exchange, Wire } from '../wire.ts'
import { chatCompletionId, chatFinish, chatUsage, createdSeconds } from './chat-finish.ts'
import { openAiChatFrames } from './openai-chat-frames.ts'
import { openAiFailure } from './openai-failure.ts'
import { openAiHeaders } from './openai-headers.ts'
import { readChatRequest } from './read-chat-request.ts'

/** OpenAI's `POST /v1/chat/completions`. */
export const openAiChat: Wire = {
  provider: 'openai',
  endpoint: '/v1/chat/completions',
  opensEarly: false,
  eventStreamType: 'text/event-stream; charset=utf-8',
  read: (body) => withReasoning(readChatRequest(body)),
  headers: openAiHeaders,
  frames: openAiChatFrames,
  document: (exchange) => ({
    body: documentOf(exchange),
    finish: chatFinish[exchange.production.finish],
  }),
  garbage: (exchange) =>
    `data: {"id":"${chatCompletionId(exchange)}","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"\n\n`,
  streamError: () =>
    `data: ${JSON.stringify({
      error: {
        message: 'The server had an error while processing your request. Sorry about that!',
        type: 'server_error',
        param: null,
        code: null,
      },
    })}\n\n`,
  failure: (failure, { model }) => openAiFailure(failure, model, 'chat'),
}

// This format never shows reasoning, it only bills it; so it takes place where the request sets an effort.
function withReasoning(request: ChatRequest): ChatRequest {
  const effort = textOf(request.body['reasoning_effort'])
  const reasoning = effort === 'none' || effort === '' ? 'off' : 'on'
  return { ...request, conversation: { ...request.conversation, reasoning } }
}

function documentOf(exchange: Exchange): unknown {
  const { production } = exchange
  const calls = production.sections
    .filter((section) => section.kind === 'tool-call')
    .map((section) => ({
      id: `call_${randomLetters(24)}`,
      type: 'function',
      function: { name: section.name, arguments: section.tokens.join('') },
    }))
  const refusal = joined(production.sections, 'refusal')
  const text = joined(production.sections, 'text')
  return {
    id: chatCompletionId(exchange),
    object: 'chat.completion',
    created: createdSeconds(exchange),
    model: exchange.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 || refusal !== undefined ? null : (text ?? ''),
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
          refusal: refusal ?? null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: chatFinish[production.finish],
      },
    ],
    usage: chatUsage(production),
    service_tier: 'default',
    system_fingerprint: 'fp_51mu1a7ed0',
  }
}

/** The text of all sections of a kind, or undefined where there is none. */
export function joined(sections: readonly Section[], kind: SectionKind): string | undefined {
  const found = sections.filter((section) => section.kind === kind)
  if (found.length === 0) return undefined
  return found.map((section) => section.tokens.join('')).join('')
}
