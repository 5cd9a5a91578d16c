import type Anthropic from '@anthropic-ai/sdk'
import type { ChatCompletionRequest, FunctionTool } from '@brainlyx/router-contract'
import { cacheControl } from './build-content.ts'
import { offeredTools } from '../wire-value/offered-tools.ts'
import type { OfferedTools } from '../wire-value/offered-tools.ts'
import { claudeGeneration, takesReferences } from './claude-generation.ts'

type ToolOptions = Pick<Partial<Anthropic.MessageCreateParams>, 'tools' | 'tool_choice'>

export function toolOptions(
  request: ChatCompletionRequest,
  { model, thinks }: { readonly model: string; readonly thinks: boolean },
): ToolOptions {
  const { tools: offered, choice } = offeredTools(request)
  if (offered.length === 0) return formerTools(request)
  const tools = offered.map((tool): Anthropic.Tool => {
    const { name, description, parameters } = tool.function
    return {
      name,
      ...(description == null ? {} : { description }),
      input_schema: { ...parameters, type: 'object' },
      ...cacheControl(tool),
      ...ownOptions(tool, model),
    }
  })
  const one = request.parallel_tool_calls === false ? { disable_parallel_tool_use: true } : {}
  return { tools, ...choiceOption(choice, one, thinks) }
}

/** What callers of Anthropic's API say of a tool, as far as the model knows it. */
function ownOptions({ anthropic }: FunctionTool, model: string): Partial<Anthropic.Tool> {
  const { defer_loading: deferred, ...others } = anthropic ?? {}
  if (claudeGeneration(model) < 4.5) return {}
  return {
    ...others,
    ...(deferred !== undefined && takesReferences(model) ? { defer_loading: deferred } : {}),
  }
}

/** Calls that were made are taken only beside the tools that they name; callers leave those away to have an end of them. */
function formerTools({ messages }: ChatCompletionRequest): ToolOptions {
  const names = messages.flatMap((message) =>
    message.role === 'assistant'
      ? (message.tool_calls ?? []).map((call) => call.function.name)
      : [],
  )
  if (names.length === 0) return {}
  const tools = [...new Set(names)].map((name): Anthropic.Tool => ({
    name,
    input_schema: { type: 'object' },
  }))
  return { tools, tool_choice: { type: 'none' } }
}

function choiceOption(
  choice: OfferedTools['choice'],
  one: { readonly disable_parallel_tool_use?: boolean },
  thinking: boolean,
): ToolOptions {
  if (choice === 'none') return { tool_choice: { type: 'none' } }
  if (choice === 'required' && !thinking) return { tool_choice: { type: 'any', ...one } }
  if (typeof choice === 'object' && !thinking) {
    return { tool_choice: { type: 'tool', name: choice.function.name, ...one } }
  }
  return choice === 'auto' || 'disable_parallel_tool_use' in one
    ? { tool_choice: { type: 'auto', ...one } }
    : {}
}
