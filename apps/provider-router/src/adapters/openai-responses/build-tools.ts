import type { ChatCompletionRequest, ToolChoice } from '@brainlyx/router-contract'
import type OpenAI from 'openai'

type ToolOptions = Pick<OpenAI.Responses.ResponseCreateParams, 'tools' | 'tool_choice'>

export function toolOptions(request: ChatCompletionRequest): ToolOptions {
  if (request.tools == null || request.tools.length === 0) return {}
  const tools = request.tools.map(({ function: definition }) => ({
    type: 'function' as const,
    name: definition.name,
    description: definition.description ?? null,
    parameters: definition.parameters ?? { type: 'object', properties: {} },
    strict: definition.strict ?? false,
  }))
  return request.tool_choice == null
    ? { tools }
    : { tools, tool_choice: toolChoice(request.tool_choice) }
}

function toolChoice(choice: ToolChoice): NonNullable<ToolOptions['tool_choice']> {
  if (typeof choice === 'string') return choice
  if (choice.type === 'function') return { type: 'function', name: choice.function.name }
  const { mode, tools } = choice.allowed_tools
  return {
    type: 'allowed_tools',
    mode,
    tools: tools.map((tool) => ({ type: 'function', name: tool.function.name })),
  }
}
