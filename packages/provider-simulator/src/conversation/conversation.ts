import type { Attachment } from '../answer/attachment.ts'
import type { ResponseFormat } from '../answer/simulated-answer.ts'
import type { ToolChoice, ToolDefinition } from '../answer/tool-choice.ts'

/** What any of the wire formats asks for, in one form. */
export interface Conversation {
  system: string
  turns: Turn[]
  tools: ToolDefinition[]
  toolChoice: ToolChoice
  parallelToolCalls: boolean
  responseFormat: ResponseFormat
  /** Limit of the answer in tokens, reasoning included. */
  maxTokens: number | undefined
  stopSequences: string[]
  /** `auto`: where the prompt asks for thought. */
  reasoning: 'auto' | 'on' | 'off'
  /** The system prompt and turns before an explicit cache breakpoint (Anthropic), else undefined. */
  cachedPrefix: string | undefined
}

export interface Turn {
  role: 'user' | 'assistant' | 'tool'
  text: string
  attachments: Attachment[]
  /** Tool calls of an assistant turn as text, for counting. */
  calls: string
}

export function turnOf(role: Turn['role'], text: string, more: Partial<Turn> = {}): Turn {
  return { role, text, attachments: [], calls: '', ...more }
}

/** The text the answer depends on: the last user turn's. */
export function promptOf(conversation: Conversation): string {
  return conversation.turns.findLast((turn) => turn.role === 'user')?.text ?? ''
}

/** The beginning of the answer, where the last turn is the assistant's. */
export function prefillOf(conversation: Conversation): string {
  const last = conversation.turns.at(-1)
  return last?.role === 'assistant' ? last.text : ''
}

export function endsWithAssistant(conversation: Conversation): boolean {
  return conversation.turns.at(-1)?.role === 'assistant'
}

/** Results of tools that came after the last user turn. */
export function toolResultsOf(conversation: Conversation): string[] {
  const from = conversation.turns.findLastIndex((turn) => turn.role === 'user')
  return conversation.turns
    .slice(from + 1)
    .filter((turn) => turn.role === 'tool')
    .map((turn) => turn.text)
}

/** The whole input as one text, for counting and for the simulated prompt cache. */
export function inputText(conversation: Conversation): string {
  const tools = conversation.tools.map((tool) => `${tool.name}${JSON.stringify(tool.parameters)}`)
  const turns = conversation.turns.map((turn) => `${turn.role}\n${turn.text}${turn.calls}\n`)
  return [conversation.system, ...tools, ...turns].join('\n')
}

/** Tokens of the attachments: a provider's tile of an image costs about this much. */
export function attachmentTokens(conversation: Conversation): number {
  const count = conversation.turns.reduce((sum, turn) => sum + turn.attachments.length, 0)
  return count * 258
}
