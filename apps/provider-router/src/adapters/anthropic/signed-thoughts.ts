import type Anthropic from '@anthropic-ai/sdk'
import type { ChatMessage } from '@brainlyx/router-contract'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>
type Thought = Anthropic.ThinkingBlockParam | Anthropic.RedactedThinkingBlockParam

/** Of an answer that is handed back, the thoughts that Anthropic signed: those of others bear no signature. */
export function signedThoughts({ thinking_blocks: blocks }: AssistantMessage): Thought[] {
  return (blocks ?? []).flatMap((block): Thought[] => {
    if (block.type === 'redacted_thinking') return [{ type: block.type, data: block.data }]
    const { type, thinking, signature } = block
    return signature === '' ? [] : [{ type, thinking, signature }]
  })
}
