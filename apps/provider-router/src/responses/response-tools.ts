import { FunctionTool, ResponseCustomTool } from '@brainlyx/router-contract'
import type { ChatCompletionRequest, ResponsesRequest, ToolChoice } from '@brainlyx/router-contract'
import { z } from 'zod'
import { validate } from '../admit/validate.ts'
import { functionOf } from '../custom-tools/custom-tool.ts'
import { unsupportedHere } from '../admit/unsupported-here.ts'

/** The same as a chat completion's, without the level between. */
const ResponseTool = z.object({ type: z.literal('function'), ...FunctionTool.shape.function.shape })
const NamedTool = z.object({ type: z.enum(['function', 'custom']), name: z.string() })
const AllowedTools = z.object({
  mode: z.enum(['auto', 'required']),
  tools: z
    .array(z.looseObject({ type: z.string() }))
    .min(1)
    .max(256),
})

/** @throws {ServiceError} 400 `unsupported-option` for a tool that the server would have to run */
export function chatTools(tools: ResponsesRequest['tools']): ChatCompletionRequest['tools'] {
  return tools?.map((tool, index) => {
    const path = `tools[${index}]`
    refuseUnlessCallers(tool.type, `${path}.type`)
    if (tool.type === 'custom') {
      const custom = validate(ResponseCustomTool, tool, path)
      return functionOf(custom, custom.format?.type === 'grammar' ? custom.format : undefined)
    }
    const { name, description, parameters, strict } = validate(ResponseTool, tool, path)
    return { type: 'function', function: { name, description, parameters, strict } }
  })
}

/** The names of the tools whose calls are told as text. */
export function customNames(tools: ResponsesRequest['tools']): ReadonlySet<string> {
  const named = (tools ?? []).filter(({ type }) => type === 'custom')
  return new Set(named.map(({ name }) => name as string))
}

/** @throws {ServiceError} */
export function chatToolChoice(
  choice: ResponsesRequest['tool_choice'],
): ToolChoice | null | undefined {
  if (choice == null || typeof choice === 'string') return choice
  const named = (tool: { type: string }, path: string) => {
    refuseUnlessCallers(tool.type, `${path}.type`)
    const { name } = validate(NamedTool, tool, path)
    return { type: 'function' as const, function: { name } }
  }
  if (choice.type !== 'allowed_tools') return named(choice, 'tool_choice')
  const { mode, tools } = validate(AllowedTools, choice, 'tool_choice')
  return {
    type: 'allowed_tools',
    allowed_tools: {
      mode,
      tools: tools.map((tool, index) => named(tool, `tool_choice.tools[${index}]`)),
    },
  }
}

function refuseUnlessCallers(type: string, path: string): void {
  if (type === 'function' || type === 'custom') return
  throw unsupportedHere(
    path,
    `There is no tool of type \`${type}\` here, as no tools are run on this side: offer functions or custom tools.`,
  )
}
