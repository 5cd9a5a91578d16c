import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { textOfContent } from '../../adapters/wire-value/message-text.ts'
import { detectLanguage } from './text/detect-language.ts'
import { messageFactsOf } from './text/message-facts.ts'
import type { MessageFacts } from './text/message-facts.ts'

/** What the classifier looks at of a request: its last user message closely, the rest by a few cheap figures. */
export interface RequestFacts {
  readonly message: MessageFacts
  /** Texts of the user's messages before it, the latest first. */
  readonly earlier: readonly string[]
  /** The last answer before it ended with a question: "Shall I write it?" */
  readonly answersQuestion: boolean
  /** ISO 639-1. */
  readonly language: string | null
  /** Messages of the user. */
  readonly turns: number
  /** Characters of all messages. */
  readonly conversationLength: number
  readonly systemLength: number
  readonly images: number
  readonly files: number
  readonly toolsOffered: number
  readonly toolIsRequired: boolean
  /** Since the user's last message. */
  readonly toolAnswers: number
  readonly responseFormat: 'text' | 'json_object' | 'json_schema'
  readonly reasoningEffort: ChatCompletionRequest['reasoning_effort']
  readonly maxTokens: number | null
}

/** Only these many are ever asked after. */
const EARLIER_MESSAGES = 3
const QUESTION_AT_END = /[?？؟]\s*$/
const END = 20

export function requestFactsOf(request: ChatCompletionRequest): RequestFacts {
  const figures = { conversationLength: 0, systemLength: 0, images: 0, files: 0, toolAnswers: 0 }
  const fromUser: string[] = []
  let turns = 0
  let answersQuestion = false
  for (const { role, content } of request.messages.toReversed()) {
    const isLatest = fromUser.length <= EARLIER_MESSAGES && role === 'user'
    if (isLatest) fromUser.push(textOfContent(content))
    if (role === 'assistant' && turns === 1)
      answersQuestion ||= QUESTION_AT_END.test(endOf(content))
    if (role === 'user') turns += 1
    if (role === 'tool' && turns === 0) figures.toolAnswers += 1
    const length = lengthOf(content, figures)
    figures.conversationLength += length
    if (role === 'system' || role === 'developer') figures.systemLength += length
  }
  // Some callers put all they want into one message of another role.
  const [last = textOfContent(request.messages.at(-1)?.content), ...earlier] = fromUser
  const message = messageFactsOf(last)
  const { tools, tool_choice: choice } = request
  const toolsOffered = choice === 'none' ? 0 : (tools?.length ?? 0)
  return {
    message,
    earlier,
    answersQuestion,
    language: detectLanguage(message.prose, message.folded),
    turns,
    ...figures,
    toolsOffered,
    toolIsRequired: toolsOffered > 0 && (choice === 'required' || typeof choice === 'object'),
    responseFormat: request.response_format?.type ?? 'text',
    reasoningEffort: request.reasoning_effort,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
  }
}

/** A few characters are enough to see a question mark. */
function endOf(content: ChatCompletionRequest['messages'][number]['content']): string {
  return textOfContent(content).slice(-END)
}

/** Characters of a content; images and files are counted apart. */
function lengthOf(
  content: ChatCompletionRequest['messages'][number]['content'],
  figures: { images: number; files: number },
): number {
  if (content == null) return 0
  if (typeof content === 'string') return content.length
  let length = 0
  for (const part of content) {
    if (part.type === 'image_url') figures.images += 1
    else if (part.type === 'file') figures.files += 1
    else if (part.type === 'text') length += part.text.length
  }
  return length
}
