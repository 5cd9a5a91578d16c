import type { Production, Section } from '../../answer/production.ts'
import { groupedTokens } from '../grouped-tokens.ts'
import { randomHex } from '../identifier.ts'
import { chatFinish, createdSeconds } from '../openai-chat/chat-finish.ts'
import type { Exchange, Frame } from '../wire.ts'

export const groqFingerprint = 'fp_51mu1a7ed0'

/** Groq's id of a chat completion: a UUID after the prefix. */
export function groqCompletionId(exchange: Exchange): string {
  const hex = Buffer.from(exchange.id).toString('hex').padEnd(32, '0')
  return `chatcmpl-${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')}`
}

export function groqRequestId(exchange: Exchange): string {
  return `req_${exchange.id.toLowerCase().padEnd(26, '0').slice(0, 26)}`
}

/** Groq's usage has times in seconds beside the counts. */
export function groqUsage(production: Production): Record<string, unknown> {
  const { usage } = production
  const completionTime = usage.output / 500
  return {
    queue_time: 0.001,
    prompt_tokens: usage.input,
    prompt_time: 0.002,
    completion_tokens: usage.output,
    completion_time: completionTime,
    total_tokens: usage.input + usage.output,
    total_time: completionTime + 0.002,
    ...(usage.cachedInput > 0
      ? { prompt_tokens_details: { cached_tokens: usage.cachedInput } }
      : {}),
    ...(usage.reasoning > 0
      ? { completion_tokens_details: { reasoning_tokens: usage.reasoning } }
      : {}),
  }
}

export type GroqReasoningFormat = 'parsed' | 'raw' | 'hidden'

/** Where the reasoning goes: a field of its own, the text inside `<think>`, or nowhere. */
export function groqReasoningFormat(exchange: Exchange): GroqReasoningFormat {
  const { body } = exchange.request
  if (body['include_reasoning'] === false) return 'hidden'
  const format = body['reasoning_format']
  return format === 'raw' || format === 'hidden' ? format : 'parsed'
}

/** A refusal is plain text here: the format has no field for it. */
export function groqText(section: Section): boolean {
  return section.kind === 'text' || section.kind === 'refusal'
}

/**
 * Groq's stream: `x_groq` with the request id in the first chunk, about one token a chunk, tool calls whole, and the
 * usage twice in the chunk that finishes.
 */
export function* groqFrames(exchange: Exchange): Generator<Frame> {
  const { production, breakpoints } = exchange
  const format = groqReasoningFormat(exchange)
  const before = `data: {"id":"${groqCompletionId(exchange)}","object":"chat.completion.chunk","created":${createdSeconds(exchange)},"model":${JSON.stringify(exchange.model)},"system_fingerprint":"${groqFingerprint}","choices":[{"index":0,"delta":`
  const finishNull = ',"logprobs":null,"finish_reason":null}]'
  const requestId = groqRequestId(exchange)
  const hasCalls = production.sections.some((section) => section.kind === 'tool-call')

  const opening = `{"role":"assistant","content":${hasCalls ? 'null' : '""'}}`
  yield {
    data: `${before}${opening}${finishNull},"x_groq":{"id":"${requestId}","seed":430271417}}\n\n`,
    tokens: 0,
    kind: 'opening',
  }
  let written = 0
  let call = 0
  for (const section of production.sections) {
    if (section.kind === 'reasoning') {
      if (format === 'hidden') continue
      if (format === 'raw')
        yield {
          data: `${before}{"content":"<think>\\n"}${finishNull}}\n\n`,
          tokens: 0,
          kind: 'delta',
        }
      for (const group of groupedTokens(section.tokens, 1, written, breakpoints)) {
        const text = JSON.stringify(group.text)
        const delta =
          format === 'raw' ? `{"content":${text}}` : `{"reasoning":${text},"channel":"analysis"}`
        yield { data: `${before}${delta}${finishNull}}\n\n`, tokens: group.count, kind: 'delta' }
      }
      if (format === 'raw')
        yield {
          data: `${before}{"content":"\\n</think>\\n\\n"}${finishNull}}\n\n`,
          tokens: 0,
          kind: 'delta',
        }
    } else if (groqText(section)) {
      for (const group of groupedTokens(section.tokens, 1, written, breakpoints)) {
        yield {
          data: `${before}{"content":${JSON.stringify(group.text)}}${finishNull}}\n\n`,
          tokens: group.count,
          kind: 'delta',
        }
      }
    } else {
      const delta = { tool_calls: [{ ...groqToolCall(section), index: call }] }
      yield {
        data: `${before}${JSON.stringify(delta)}${finishNull}}\n\n`,
        tokens: section.tokens.length,
        kind: 'delta',
      }
      call += 1
    }
    written += section.tokens.length
  }

  const finish = chatFinish[production.finish]
  const usage = JSON.stringify(groqUsage(production))
  yield {
    data: `${before}{},"logprobs":null,"finish_reason":"${finish}"}],"x_groq":{"id":"${requestId}","usage":${usage}},"usage":${usage}}\n\n`,
    tokens: 0,
    kind: 'finish',
    finish,
  }
  yield { data: 'data: [DONE]\n\n', tokens: 0, kind: 'marker' }
}

export function groqToolCall(section: Section): Record<string, unknown> {
  return {
    id: randomHex(9),
    type: 'function',
    function: { name: section.name, arguments: section.tokens.join('') },
  }
}
