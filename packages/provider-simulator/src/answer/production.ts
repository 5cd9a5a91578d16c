import {
  attachmentTokens,
  inputText,
  prefillOf,
  promptOf,
  toolResultsOf,
} from '../conversation/conversation.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { PromptCache } from '../conversation/prompt-cache.ts'
import { restAfter } from './continuation.ts'
import { reasoningFor, simulatedAnswer } from './simulated-answer.ts'
import { countTokens, tokensOf } from './tokens.ts'

export type SectionKind = 'reasoning' | 'text' | 'refusal' | 'tool-call'

/** A stretch of the output of one kind, already cut into tokens. */
export interface Section {
  kind: SectionKind
  tokens: string[]
  /** The tool's name, for tool calls. */
  name: string
}

export type Finish =
  | 'stop'
  | 'length'
  | 'stop-sequence'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'

interface TokenUsage {
  input: number
  /** Part of `input`. */
  cachedInput: number
  /** Part of `input`, written to an explicit cache (Anthropic). */
  cacheWriteInput: number
  /** Everything put out, reasoning included. */
  output: number
  reasoning: number
}

export interface Production {
  sections: Section[]
  finish: Finish
  stopSequence: string | undefined
  /** Whether it goes on from the caller's prefill. */
  continued: boolean
  usage: TokenUsage
}

/** How a fault bends the answer itself. */
export type Bend = 'none' | 'refusal' | 'content-filter'

const refusalText = "I'm sorry, but I can't assist with that request."

/** Everything a provider will put out for a conversation, before a wire format is chosen. */
export function produce(conversation: Conversation, cache: PromptCache, bend: Bend): Production {
  const { sections, finish, stopSequence, continued = false } = outputFor(conversation, bend)
  const limited = limit(sections, conversation.maxTokens)
  const output = limited.reduce((sum, section) => sum + section.tokens.length, 0)
  const wanted = sections.reduce((sum, section) => sum + section.tokens.length, 0)
  return {
    sections: limited,
    finish: output < wanted ? 'length' : finish,
    stopSequence: output < wanted ? undefined : stopSequence,
    continued,
    usage: { ...inputUsage(conversation, cache), output, reasoning: reasoningTokens(limited) },
  }
}

function outputFor(
  conversation: Conversation,
  bend: Bend,
): { sections: Section[]; finish: Finish; stopSequence?: string; continued?: boolean } {
  if (bend === 'refusal') return { sections: [section('refusal', refusalText)], finish: 'refusal' }
  const prompt = promptOf(conversation)
  const attachments = conversation.turns.findLast((turn) => turn.role === 'user')?.attachments ?? []
  const toolResults = toolResultsOf(conversation)
  const answer = simulatedAnswer(prompt, { ...conversation, attachments, toolResults })
  const rest = restAfter(answer.text, prefillOf(conversation))
  if (bend === 'content-filter') {
    const begun = tokensOf(rest.text).slice(0, 8).join('')
    return { sections: [section('text', begun)], finish: 'content-filter' }
  }

  const sections: Section[] = []
  const thinks =
    conversation.reasoning === 'on' ||
    (conversation.reasoning === 'auto' && answer.reasoning !== undefined)
  if (thinks && !rest.continued) {
    sections.push(section('reasoning', answer.reasoning ?? reasoningFor(prompt)))
  }
  for (const call of answer.toolCalls ?? []) {
    sections.push(section('tool-call', call.arguments, call.name))
  }
  if (answer.toolCalls !== undefined) return { sections, finish: 'tool-calls' }

  const stopped = firstStop(rest.text, conversation.stopSequences)
  sections.push(section('text', stopped?.text ?? rest.text))
  const { continued } = rest
  if (stopped === undefined) return { sections, finish: 'stop', continued }
  return { sections, finish: 'stop-sequence', stopSequence: stopped.sequence, continued }
}

function section(kind: SectionKind, text: string, name = ''): Section {
  return { kind, tokens: tokensOf(text), name }
}

function firstStop(
  text: string,
  sequences: readonly string[],
): { text: string; sequence: string } | undefined {
  const hits = sequences
    .filter((sequence) => sequence !== '' && text.includes(sequence))
    .toSorted((a, b) => text.indexOf(a) - text.indexOf(b))
  const sequence = hits[0]
  if (sequence === undefined) return undefined
  return { text: text.slice(0, text.indexOf(sequence)), sequence }
}

function limit(sections: readonly Section[], maxTokens: number | undefined): Section[] {
  let left = maxTokens ?? Number.POSITIVE_INFINITY
  const kept: Section[] = []
  for (const each of sections) {
    if (left <= 0) break
    const tokens = each.tokens.length > left ? each.tokens.slice(0, left) : each.tokens
    kept.push({ ...each, tokens })
    left -= tokens.length
  }
  return kept
}

function reasoningTokens(sections: readonly Section[]): number {
  return sections.find((each) => each.kind === 'reasoning')?.tokens.length ?? 0
}

function inputUsage(
  conversation: Conversation,
  cache: PromptCache,
): Pick<TokenUsage, 'input' | 'cachedInput' | 'cacheWriteInput'> {
  const text = inputText(conversation)
  const input = countTokens(text) + attachmentTokens(conversation)
  if (conversation.cachedPrefix === undefined) {
    return { input, cachedInput: cache.cachedTokens(text, input), cacheWriteInput: 0 }
  }
  const prefix = Math.min(countTokens(conversation.cachedPrefix), input)
  if (prefix < 1024) return { input, cachedInput: 0, cacheWriteInput: 0 }
  return cache.sentBefore(conversation.cachedPrefix)
    ? { input, cachedInput: prefix, cacheWriteInput: 0 }
    : { input, cachedInput: 0, cacheWriteInput: prefix }
}
