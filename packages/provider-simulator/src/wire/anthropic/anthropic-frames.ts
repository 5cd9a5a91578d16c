import type { Finish, Production, Section } from '../../answer/production.ts'
import { groupedTokens } from '../grouped-tokens.ts'
import type { TokenGroup } from '../grouped-tokens.ts'
import { randomLetters } from '../identifier.ts'
import type { Exchange, Frame } from '../wire.ts'

const tokensPerEvent = 4

export const anthropicFinish: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'stop-sequence': 'stop_sequence',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
}

/** The message without content: as `message_start` has it and as the document begins. */
export function anthropicMessage(exchange: Exchange): Record<string, unknown> {
  return {
    model: exchange.model,
    id: `msg_01${exchange.id.slice(0, 22)}`,
    type: 'message',
    role: 'assistant',
  }
}

/** Anthropic's input count leaves out what was read from or written to the cache. */
function anthropicInputUsage({ usage }: Production): Record<string, unknown> {
  return {
    input_tokens: usage.input - usage.cachedInput - usage.cacheWriteInput,
    cache_creation_input_tokens: usage.cacheWriteInput,
    cache_read_input_tokens: usage.cachedInput,
  }
}

export function anthropicFullUsage(
  production: Production,
  output: number,
): Record<string, unknown> {
  return {
    ...anthropicInputUsage(production),
    cache_creation: {
      ephemeral_5m_input_tokens: production.usage.cacheWriteInput,
      ephemeral_1h_input_tokens: 0,
    },
    output_tokens: output,
    service_tier: 'standard',
    inference_geo: 'not_available',
  }
}

/** A refused request carries no text at all, only the reason. */
export function anthropicSections(production: Production): Section[] {
  return production.sections.filter((section) => section.kind !== 'refusal')
}

export function anthropicOutputTokens(production: Production): number {
  return production.finish === 'refusal' ? 0 : production.usage.output
}

/** Tokens of thought, which are part of the output; absent where nothing was thought. */
export function anthropicThinkingUsage({ usage }: Production): Record<string, unknown> {
  if (usage.reasoning === 0) return {}
  return { output_tokens_details: { thinking_tokens: usage.reasoning } }
}

export function anthropicStop(production: Production): Record<string, unknown> {
  return {
    stop_reason: anthropicFinish[production.finish],
    stop_sequence: production.stopSequence ?? null,
    stop_details:
      anthropicFinish[production.finish] === 'refusal'
        ? {
            type: 'refusal',
            category: 'cyber',
            explanation:
              "This request triggered restrictions and was blocked under Anthropic's Usage Policy.",
          }
        : null,
  }
}

/** Messages as Anthropic streams them: blocks that start and stop, about four tokens a delta, pings, usage at both ends. */
export function* anthropicFrames(exchange: Exchange): Generator<Frame> {
  const { production } = exchange
  const start = {
    type: 'message_start',
    message: {
      ...anthropicMessage(exchange),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: anthropicFullUsage(production, 1),
    },
  }
  yield event('message_start', start, 'opening')
  const sections = anthropicSections(production)
  if (sections.length === 0) yield ping('opening')
  let written = 0
  for (const [index, section] of sections.entries()) {
    yield* blockFrames(exchange, section, index, written)
    written += section.tokens.length
  }
  const end = {
    type: 'message_delta',
    delta: anthropicStop(production),
    usage: {
      ...anthropicInputUsage(production),
      output_tokens: anthropicOutputTokens(production),
      ...anthropicThinkingUsage(production),
    },
  }
  yield { ...event('message_delta', end, 'finish'), finish: anthropicFinish[production.finish] }
  yield event('message_stop', { type: 'message_stop' }, 'marker')
}

function* blockFrames(
  exchange: Exchange,
  section: Section,
  index: number,
  written: number,
): Generator<Frame> {
  const groups = groupedTokens(section.tokens, tokensPerEvent, written, exchange.breakpoints)
  const kind = index === 0 ? 'opening' : 'delta'
  yield event(
    'content_block_start',
    { type: 'content_block_start', index, content_block: emptyBlock(section) },
    kind,
  )
  if (index === 0) yield ping(kind)

  const [type, field] = deltaField(section)
  const before = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"${type}","${field}":`
  if (section.kind === 'tool-call') yield { data: `${before}""}}\n\n`, tokens: 0, kind: 'delta' }
  for (const group of groups) {
    if (section.kind === 'tool-call' && section.tokens.join('') === '{}') yield silent(group)
    else
      yield {
        data: `${before}${JSON.stringify(group.text)}}}\n\n`,
        tokens: group.count,
        kind: 'delta',
      }
  }
  if (section.kind === 'reasoning') {
    const delta = { type: 'signature_delta', signature: anthropicSignature(section) }
    yield event('content_block_delta', { type: 'content_block_delta', index, delta }, 'delta')
  }
  yield event('content_block_stop', { type: 'content_block_stop', index }, 'delta')
}

// A tool without arguments sends no JSON at all; its tokens are billed all the same.
function silent(group: TokenGroup): Frame {
  return { data: '', tokens: group.count, kind: 'delta' }
}

/** Stands for the provider's sealed reasoning: any text that a client must send back unchanged. */
export function anthropicSignature(section: Section): string {
  return Buffer.from(`simulated:${section.tokens.join('').slice(0, 48)}`).toString('base64')
}

function emptyBlock(section: Section): Record<string, unknown> {
  if (section.kind === 'reasoning') return { type: 'thinking', thinking: '', signature: '' }
  if (section.kind === 'tool-call') {
    return { type: 'tool_use', id: `toolu_01${randomLetters(22)}`, name: section.name, input: {} }
  }
  return { type: 'text', text: '' }
}

function deltaField(section: Section): [type: string, field: string] {
  if (section.kind === 'reasoning') return ['thinking_delta', 'thinking']
  if (section.kind === 'tool-call') return ['input_json_delta', 'partial_json']
  return ['text_delta', 'text']
}

function event(name: string, data: unknown, kind: Frame['kind']): Frame {
  return { data: `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`, tokens: 0, kind }
}

function ping(kind: Frame['kind']): Frame {
  return { data: 'event: ping\ndata: {"type": "ping"}\n\n', tokens: 0, kind }
}
