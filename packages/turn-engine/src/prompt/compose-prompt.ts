import type { MessagePart } from '@brainlyx/chat-contract'
import type { ChatMessage } from '@brainlyx/router-contract'
import { approximateTokens } from './approximate-tokens.ts'

export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly MessagePart[]
}

const SYSTEM_PROMPT = [
  'You are a helpful assistant in a chat application.',
  'Answer in the language of the question. Write GitHub-flavoured Markdown where structure helps: fenced code with',
  'its language, tables for comparisons, lists for steps. Be correct before you are brief, and brief before you are',
  'complete; say so where you do not know.',
].join(' ')

/** Used where the router does not say how much a model reads. */
const DEFAULT_CONTEXT_TOKENS = 32_000
/** What is left free for the answer: a quarter of the context, and never more than this. */
const ANSWER_TOKENS_LIMIT = 16_000

/**
 * The request's messages: the system prompt, then as much of the history's end as fits the model, oldest first,
 * beginning with a user's message and alternating. The last message is always sent whole; whether it fits is for
 * the provider to say.
 * @param history the path from the chat's beginning to the new user message, oldest first
 * @param contextTokens what the model reads; null where it is not known
 */
export function composePrompt(
  history: readonly PromptMessage[],
  contextTokens: number | null,
): ChatMessage[] {
  const context = contextTokens ?? DEFAULT_CONTEXT_TOKENS
  const budget =
    context - Math.min(context / 4, ANSWER_TOKENS_LIMIT) - approximateTokens(SYSTEM_PROMPT)
  const fitting = takeLatest(alternate(history), budget)
  return [
    { role: 'system', content: SYSTEM_PROMPT },
    ...fitting.map(({ role, content }) =>
      role === 'user' ? ({ role, content } as const) : ({ role, content } as const),
    ),
  ]
}

interface PlainMessage {
  role: 'user' | 'assistant'
  content: string
}

/** Providers want the roles to alternate: what a turn without an answer left is joined, a mere repetition dropped. */
function alternate(history: readonly PromptMessage[]): PlainMessage[] {
  const messages: PlainMessage[] = []
  for (const { role, parts } of history) {
    const content = textOf(parts)
    if (content === '') continue
    const previous = messages.at(-1)
    if (previous?.role !== role) messages.push({ role, content })
    else if (previous.content !== content) previous.content += `\n\n${content}`
  }
  return messages
}

function takeLatest(messages: readonly PlainMessage[], budget: number): PlainMessage[] {
  let left = budget
  let first = messages.length
  for (const [index, message] of [...messages.entries()].toReversed()) {
    left -= approximateTokens(message.content)
    if (left < 0 && index < messages.length - 1) break
    first = index
  }
  const taken = messages.slice(first)
  return taken[0]?.role === 'assistant' ? taken.slice(1) : taken
}

function textOf(parts: readonly MessagePart[]): string {
  return parts
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('')
    .trim()
}
