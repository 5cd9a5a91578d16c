import type { ResponsesRequest, ToolChoice } from '@brainlyx/router-contract'
import { z } from 'zod'
import { validate } from '../admit/validate.ts'
import { isWebSearch } from './left-out-tools.ts'
import { modelName } from './model-name.ts'
import { noSuchTool } from './response-tools.ts'

const NamedTool = z.object({
  type: z.enum(['function', 'custom']),
  name: z.string(),
  namespace: z.string().nullish(),
})
const AllowedTools = z.object({
  mode: z.enum(['auto', 'required']),
  tools: z
    .array(z.looseObject({ type: z.string() }))
    .min(1)
    .max(256),
})

/** @throws {ServiceError} 400 `unsupported-option` for a tool that the server would have to run */
export function chatToolChoice(
  choice: ResponsesRequest['tool_choice'],
): ToolChoice | null | undefined {
  if (choice == null || typeof choice === 'string') return choice
  if (choice.type !== 'allowed_tools') return named(choice, 'tool_choice')
  const { mode, tools } = validate(AllowedTools, choice, 'tool_choice')
  const allowed = tools.flatMap((tool, index) =>
    isWebSearch(tool) && tools.length > 1 ? [] : [named(tool, `tool_choice.tools[${index}]`)],
  )
  return { type: 'allowed_tools', allowed_tools: { mode, tools: allowed } }
}

function named(tool: { readonly type: string }, path: string) {
  if (tool.type !== 'function' && tool.type !== 'custom') {
    throw noSuchTool(tool.type, `${path}.type`)
  }
  const { name, namespace } = validate(NamedTool, tool, path)
  return { type: 'function' as const, function: { name: modelName(name, namespace) } }
}
