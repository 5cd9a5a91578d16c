import type { ChatCompletionRequest, FunctionTool, ToolChoice } from '@brainlyx/router-contract'

export interface OfferedTools {
  readonly tools: readonly FunctionTool[]
  readonly choice: Exclude<ToolChoice, { type: 'allowed_tools' }> | undefined
}

/** For providers that know no `allowed_tools`: those that are not allowed are not offered. */
export function offeredTools(request: ChatCompletionRequest): OfferedTools {
  const tools = request.tools ?? []
  const choice = request.tool_choice ?? undefined
  if (typeof choice !== 'object' || choice.type !== 'allowed_tools') return { tools, choice }
  const { mode, tools: allowed } = choice.allowed_tools
  const names = new Set(allowed.map((tool) => tool.function.name))
  return { tools: tools.filter((tool) => names.has(tool.function.name)), choice: mode }
}
