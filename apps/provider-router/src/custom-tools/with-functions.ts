import type { LegacyChatCompletionRequest, OpenAiChatRequest } from '@brainlyx/router-contract'
import { argumentsOf, functionOf } from './custom-tool.ts'

type Tool = NonNullable<OpenAiChatRequest['tools']>[number]
type Message = OpenAiChatRequest['messages'][number]
type Choice = NonNullable<OpenAiChatRequest['tool_choice']>
type NamedTool = Extract<Choice, { type: 'function' | 'custom' }>

/** A chat completion's request with functions in place of its custom tools, as everything behind works with them. */
export function withFunctions(request: OpenAiChatRequest): LegacyChatCompletionRequest {
  if (isWithoutCustomTools(request)) return request
  const { messages, tools, tool_choice: choice } = request
  return {
    ...request,
    messages: messages.map(messageWithFunctions),
    tools: tools?.map(toolAsFunction),
    tool_choice: choice == null ? choice : choiceOfFunctions(choice),
  }
}

/** The names of the tools whose calls are told as text. */
export function customNames({ tools }: Pick<OpenAiChatRequest, 'tools'>): ReadonlySet<string> {
  const names = tools?.flatMap((tool) => (tool.type === 'custom' ? [tool.custom.name] : []))
  return new Set(names)
}

function isWithoutCustomTools(
  request: OpenAiChatRequest,
): request is LegacyChatCompletionRequest & OpenAiChatRequest {
  const { messages, tools, tool_choice: choice } = request
  return (
    tools?.some(({ type }) => type === 'custom') !== true &&
    (choice == null || typeof choice === 'string' || choice.type === 'function') &&
    !messages.some(
      (message) =>
        message.role === 'assistant' && message.tool_calls?.some(({ type }) => type === 'custom'),
    )
  )
}

type WithFunctions = LegacyChatCompletionRequest['messages'][number]

function messageWithFunctions(message: Message): WithFunctions {
  if (message.role !== 'assistant' || message.tool_calls == null) return message as WithFunctions
  return {
    ...message,
    tool_calls: message.tool_calls.map((call) => {
      if (call.type === 'function') return call
      const { custom, ...others } = call
      const called = { name: custom.name, arguments: argumentsOf(custom.input) }
      return { ...others, type: 'function', function: called }
    }),
  }
}

function toolAsFunction(tool: Tool) {
  if (tool.type === 'function') return tool
  const { format } = tool.custom
  return functionOf(tool.custom, format?.type === 'grammar' ? format.grammar : undefined)
}

function choiceOfFunctions(choice: Choice): LegacyChatCompletionRequest['tool_choice'] {
  if (typeof choice === 'string') return choice
  if (choice.type !== 'allowed_tools') return namedFunction(choice)
  const { allowed_tools: allowed } = choice
  return { ...choice, allowed_tools: { ...allowed, tools: allowed.tools.map(namedFunction) } }
}

function namedFunction(named: NamedTool) {
  if (named.type === 'function') return named
  return { type: 'function' as const, function: { name: named.custom.name } }
}
