import type { ChatMessage } from '@brainlyx/router-contract'
import { isOpenAi } from './is-openai.ts'

/**
 * Callers hand whole answers back, with what another provider said in them: readable reasoning, Anthropic's thoughts,
 * and the signatures of Gemini's calls. OpenAI refuses keys that it does not know. Every other server gets them: DeepSeek wants its reasoning
 * back, Google's own OpenAI-compatible API its signatures.
 */
export function withoutForeignWords(messages: ChatMessage[], baseUrl: string): ChatMessage[] {
  if (!isOpenAi(baseUrl) || !messages.some(hasForeignWords)) return messages
  return messages.map((message) => {
    if (message.role !== 'assistant') return message
    const {
      reasoning_content: _content,
      reasoning: _reasoning,
      thinking_blocks: _thoughts,
      ...own
    } = message
    const calls = own.tool_calls?.map(({ extra_content: _extra, ...call }) => call)
    return calls === undefined ? own : { ...own, tool_calls: calls }
  })
}

const FOREIGN = ['reasoning_content', 'reasoning', 'thinking_blocks'] as const

function hasForeignWords(message: ChatMessage): boolean {
  if (message.role !== 'assistant') return false
  if (FOREIGN.some((key) => key in message)) return true
  return message.tool_calls?.some((call) => 'extra_content' in call) ?? false
}
