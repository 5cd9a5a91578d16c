import { documentOf } from './json-document.ts'
import type { DocumentSource } from './json-document.ts'

export interface ToolDefinition {
  name: string
  /** JSON schema of the arguments. */
  parameters: unknown
}

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string }

export interface ToolCall {
  name: string
  /** JSON text. */
  arguments: string
}

interface ToolOptions {
  tools?: readonly ToolDefinition[]
  toolChoice?: ToolChoice
  parallelToolCalls?: boolean
  toolResults?: readonly string[]
}

/**
 * The calls an answer makes: the tool that the choice names; else those the prompt names (each once, in the order
 * given); else the first, where one is required or the prompt says "use the tool". None after a tool's result.
 */
export function chosenTools(
  prompt: string,
  options: ToolOptions,
  source: DocumentSource,
): ToolCall[] {
  const tools = options.tools ?? []
  const choice = options.toolChoice ?? 'auto'
  if (tools.length === 0 || choice === 'none' || (options.toolResults ?? []).length > 0) return []
  const chosen =
    typeof choice === 'object'
      ? tools.filter((tool) => tool.name === choice.name)
      : namedIn(prompt, tools, choice === 'required')
  const allowed = options.parallelToolCalls === false ? chosen.slice(0, 1) : chosen
  return allowed.map((tool) => ({
    name: tool.name,
    arguments: JSON.stringify(documentOf(tool.parameters ?? { type: 'object' }, source)),
  }))
}

function namedIn(
  prompt: string,
  tools: readonly ToolDefinition[],
  required: boolean,
): readonly ToolDefinition[] {
  const lower = prompt.toLowerCase()
  const named = tools.filter(({ name }) => {
    const spoken = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ')
    return lower.includes(name.toLowerCase()) || lower.includes(spoken.toLowerCase())
  })
  if (named.length > 0) return named
  return required || /\buse (the|a|your) tools?\b/i.test(prompt) ? tools.slice(0, 1) : []
}
