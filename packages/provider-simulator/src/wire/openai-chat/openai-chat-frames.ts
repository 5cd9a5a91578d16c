import { objectOf } from '../../answer/json-value.ts'
import type { Section } from '../../answer/production.ts'
import { groupedTokens } from '../grouped-tokens.ts'
import { randomLetters } from '../identifier.ts'
import type { Exchange, Frame } from '../wire.ts'
import { chatCompletionId, chatFinish, chatUsage, createdSeconds } from './chat-finish.ts'

/**
 * Chat Completions as OpenAI streams them: a chunk with the role, about one token a chunk, a chunk with the finish
 * reason, usage with empty `choices` where `stream_options.include_usage` asks for it, `[DONE]`. The prefix and the
 * suffix of a chunk are made once; reasoning is billed but not shown.
 */
export function* openAiChatFrames(exchange: Exchange): Generator<Frame> {
  const { production, breakpoints } = exchange
  const wantsUsage = objectOf(exchange.request.body['stream_options'])['include_usage'] === true
  const usageNull = wantsUsage ? ',"usage":null' : ''
  const head = `data: {"id":"${chatCompletionId(exchange)}","object":"chat.completion.chunk","created":${createdSeconds(exchange)},"model":${JSON.stringify(exchange.model)},"service_tier":"default","system_fingerprint":"fp_51mu1a7ed0","choices":[`
  const before = `${head}{"index":0,"delta":`
  const after = `,"logprobs":null,"finish_reason":null}]${usageNull}}\n\n`

  yield {
    data: `${before}${openingDelta(production.sections)}${after}`,
    tokens: 0,
    kind: 'opening',
  }
  let written = 0
  let call = 0
  for (const section of production.sections) {
    if (section.kind === 'reasoning') continue
    if (section.kind === 'tool-call') {
      const opening = {
        index: call,
        id: `call_${randomLetters(24)}`,
        type: 'function',
        function: { name: section.name, arguments: '' },
      }
      yield {
        data: `${before}${JSON.stringify({ tool_calls: [opening] })}${after}`,
        tokens: 0,
        kind: 'delta',
      }
      for (const group of groupedTokens(section.tokens, 1, written, breakpoints)) {
        const delta = `{"tool_calls":[{"index":${call},"function":{"arguments":${JSON.stringify(group.text)}}}]}`
        yield { data: `${before}${delta}${after}`, tokens: group.count, kind: 'delta' }
      }
      call += 1
    } else {
      const field = section.kind === 'refusal' ? 'refusal' : 'content'
      const beforeText = `${before}{"${field}":`
      const afterText = `}${after}`
      for (const group of groupedTokens(section.tokens, 1, written, breakpoints)) {
        yield {
          data: beforeText + JSON.stringify(group.text) + afterText,
          tokens: group.count,
          kind: 'delta',
        }
      }
    }
    written += section.tokens.length
  }

  const finish = chatFinish[production.finish]
  yield {
    data: `${before}{},"logprobs":null,"finish_reason":"${finish}"}]${usageNull}}\n\n`,
    tokens: 0,
    kind: 'finish',
    finish,
  }
  if (wantsUsage) {
    yield {
      data: `${head}],"usage":${JSON.stringify(chatUsage(production))}}\n\n`,
      tokens: 0,
      kind: 'finish',
    }
  }
  yield { data: 'data: [DONE]\n\n', tokens: 0, kind: 'marker' }
}

function openingDelta(sections: readonly Section[]): string {
  if (sections.some((section) => section.kind === 'tool-call')) {
    return '{"role":"assistant","content":null}'
  }
  return sections.some((section) => section.kind === 'refusal')
    ? '{"role":"assistant","content":null,"refusal":""}'
    : '{"role":"assistant","content":"","refusal":null}'
}
