import type { ChatMessage } from '@brainlyx/router-contract'
import { isOpenAi } from './is-openai.ts'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>

/**
 * Callers hand whole answers back, with what another provider said in them: readable reasoning, and the signatures of
 * Gemini's calls. OpenAI refuses keys that it does not know. Every other server gets them: DeepSeek wants its reasoning
 * back, Google's own OpenAI-compatible API its signatures. What Anthropic's API said is for nobody here.
 */
export function withoutForeignWords(messages: ChatMessage[], baseUrl: string): ChatMessage[] {
  const isForeign = isOpenAi(baseUrl) ? hasForeignWords : hasAnswerBlocks
  if (!messages.some(isForeign)) return messages
  return messages.map((message) => {
    if (message.role !== 'assistant') return message
    const { answer_blocks: _blocks, ...own } = message
    return isOpenAi(baseUrl) ? withoutOthers(own) : own
  })
}

function withoutOthers(message: AssistantMessage): AssistantMessage {
  const { reasoning_content: _content, reasoning: _reasoning, ...own } = message
  const calls = own.tool_calls?.map(({ extra_content: _extra, ...call }) => call)
  return calls === undefined ? own : { ...own, tool_calls: calls }
}

function hasAnswerBlocks(message: ChatMessage): boolean {
  return 'answer_blocks' in message
}

function hasForeignWords(message: ChatMessage): boolean {
  if (message.role !== 'assistant') return false
  if (hasAnswerBlocks(message) || 'reasoning_content' in message || 'reasoning' in message) {
    return true
  }
  return message.tool_calls?.some((call) => 'extra_content' in call) ?? false
}
