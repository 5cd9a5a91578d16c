import type Anthropic from '@anthropic-ai/sdk'
import type { ChatCompletionRequest } from '@brainlyx/router-contract'

type ToolOptions = Pick<Partial<Anthropic.MessageCreateParams>, 'tools' | 'tool_choice'>

export function toolOptions(request: ChatCompletionRequest, thinking: boolean): ToolOptions {
  if (request.tools == null || request.tools.length === 0) return {}
  const tools = request.tools.map(({ function: definition }): Anthropic.Tool => ({
    name: definition.name,
    ...(definition.description === undefined ? {} : { description: definition.description }),
    input_schema: { ...definition.parameters, type: 'object' },
  }))
  return { tools, ...choiceOption(request, thinking) }
}

function choiceOption(request: ChatCompletionRequest, thinking: boolean): ToolOptions {
  const one = request.parallel_tool_calls === false ? { disable_parallel_tool_use: true } : {}
  const choice = request.tool_choice
  if (choice === 'none') return { tool_choice: { type: 'none' } }
  if (choice === 'required' && !thinking) return { tool_choice: { type: 'any', ...one } }
  if (typeof choice === 'object' && choice !== null && !thinking) {
    return { tool_choice: { type: 'tool', name: choice.function.name, ...one } }
  }
  return choice === 'auto' || 'disable_parallel_tool_use' in one
    ? { tool_choice: { type: 'auto', ...one } }
    : {}
}
