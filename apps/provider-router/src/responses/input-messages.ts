import type {
  ChatCompletionRequest,
  ChatMessage,
  InputItem,
  InputPart,
} from '@brainlyx/router-contract'
import { argumentsOf } from '../custom-tools/custom-tool.ts'
import { argumentsObject } from '../adapters/wire-value/message-text.ts'
import { foundTools } from './found-tools.ts'
import { attachedParts, userParts, writtenText } from './input-parts.ts'
import { modelName } from './model-name.ts'
import { unpackThoughts } from './packed-thoughts.ts'
import { TOOL_SEARCH } from './response-tools.ts'
import { ThoughtsOfAnswers } from './thoughts-of-answers.ts'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>
type UserContent = Extract<ChatMessage, { role: 'user' }>['content']
type AgentMessageItem = Extract<InputItem, { type: 'agent_message' }>
type MessageItem = Extract<InputItem, { type: 'message' }>
type Called = Pick<
  Extract<InputItem, { type: 'function_call' }>,
  'call_id' | 'name' | 'namespace'
> & {
  readonly extra_content?: unknown
}

/**
 * The conversation of a Responses request, and of those that it goes on from. There each call and each result is an item of its own; in a chat completion
 * the calls of one answer stand in one message, and their results follow it.
 * @throws {ServiceError} 400 `unsupported-option`
 */
export function inputMessages(
  instructions: string | null | undefined,
  input: readonly InputItem[],
  earlier: readonly InputItem[] = [],
): ChatCompletionRequest['messages'] {
  const conversation = new Conversation()
  if (instructions != null && instructions !== '') {
    conversation.say({ role: 'system', content: instructions })
  }
  for (const item of earlier) conversation.add(item, 'previous_response_id')
  for (const [index, item] of input.entries()) conversation.add(item, `input[${index}]`)
  return conversation.finish()
}

class Conversation {
  readonly #messages: ChatMessage[] = []
  readonly #thoughts = new ThoughtsOfAnswers()
  /** Pictures and files among results, which a tool's message has no place for: they are shown after the results. */
  #shown: Exclude<UserContent, string> = []

  say(message: ChatMessage): void {
    if (message.role !== 'assistant') this.#thoughts.forget()
    this.#messages.push(message)
  }

  /** @param path of the item in the request */
  add(item: InputItem, path: string): void {
    switch (item.type) {
      case 'message':
        this.#show()
        return this.#message(item, path)
      case 'agent_message':
        this.#show()
        return this.say({ role: 'user', content: userParts(openParts(item), `${path}.content`) })
      case 'function_call':
        return this.#call(item, item.arguments)
      case 'custom_tool_call':
        return this.#call(item, argumentsOf(item.input))
      case 'function_call_output':
      case 'custom_tool_call_output': {
        const { call_id: id, output } = item
        this.say({ role: 'tool', tool_call_id: id, content: writtenText(output) })
        if (typeof output !== 'string') this.#shown.push(...attachedParts(output, `${path}.output`))
        return
      }
      // Who searched itself, at OpenAI, was told at once what there is.
      case 'tool_search_call':
        if (item.call_id == null) return
        return this.#call(
          { call_id: item.call_id, name: TOOL_SEARCH },
          JSON.stringify(item.arguments ?? {}),
        )
      case 'tool_search_output':
        if (item.call_id == null) return
        return this.say({
          role: 'tool',
          tool_call_id: item.call_id,
          content: foundTools(item.tools),
        })
      case 'reasoning':
        return this.#thoughts.add(unpackThoughts(item.encrypted_content))
      // Tools are offered with the request's own, and a search at OpenAI has led to what follows it.
      default:
    }
  }

  finish(): ChatCompletionRequest['messages'] {
    this.#show()
    this.#thoughts.finish()
    return this.#messages
  }

  #message({ role, content }: MessageItem, path: string): void {
    if (role === 'user') {
      this.say({
        role,
        content: typeof content === 'string' ? content : userParts(content, `${path}.content`),
      })
      return
    }
    const text = writtenText(content)
    const last = this.#messages.at(-1)
    // Between calls and their results there is no place for a message of its own.
    if (role === 'assistant' && isCalling(last)) {
      last.content = `${last.content ?? ''}${text}`
      this.#thoughts.ledTo(last, { type: 'text', text })
      return
    }
    const message = { role, content: text }
    this.say(message)
    if (isAnswer(message)) this.#thoughts.ledTo(message, { type: 'text', text })
  }

  #call(item: Called, text: string): void {
    const { call_id: id, extra_content: extra } = item
    const name = modelName(item.name, item.namespace)
    const call = { id, type: 'function' as const, function: { name, arguments: text } }
    const answer = this.#answer()
    answer.tool_calls!.push(extra === undefined ? call : { ...call, extra_content: extra })
    this.#thoughts.ledTo(answer, { type: 'tool_use', id, name, input: argumentsObject(text) })
  }

  /** The answer that a call belongs to. */
  #answer(): AssistantMessage {
    const last = this.#messages.at(-1)
    if (last?.role === 'assistant') {
      last.tool_calls ??= []
      return last
    }
    this.#show()
    const answer: AssistantMessage = { role: 'assistant', content: null, tool_calls: [] }
    this.say(answer)
    return answer
  }

  #show(): void {
    if (this.#shown.length === 0) return
    // What was thought since then leads to the next call.
    this.#messages.push({ role: 'user', content: this.#shown })
    this.#shown = []
  }
}

/** Nothing was sealed here, so what is called sealed is what a model of ours wrote: see plain-parameters.ts. */
function openParts({ content }: AgentMessageItem): InputPart[] {
  return content.map((part) =>
    part.type === 'encrypted_content' ? { type: 'input_text', text: part.encrypted_content } : part,
  )
}

function isAnswer(message: ChatMessage): message is AssistantMessage {
  return message.role === 'assistant'
}

function isCalling(message: ChatMessage | undefined): message is AssistantMessage & {
  content?: string | null
} {
  return message?.role === 'assistant' && (message.tool_calls?.length ?? 0) > 0
}
