import type { InputItem, ResponseTool, ResponsesRequest } from '@brainlyx/router-contract'
import { z } from 'zod'
import { validate } from '../admit/validate.ts'

export interface ListedTool {
  readonly tool: ResponseTool
  /** In the request, as OpenAI writes it. */
  readonly path: string
  readonly namespace?: string
  /** What is said of all of the namespace; its first tool says it. */
  readonly remark?: string
  /** The conversation says it, and not the request's own list. */
  readonly isFound?: boolean
}

const Namespace = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  tools: z.array(z.looseObject({ type: z.string() })).max(256),
})

/** Every tool that a request offers, wherever it says so: beside the input, in it, and as what a search has found. */
export function listedTools(
  tools: ResponsesRequest['tools'],
  earlier: readonly InputItem[],
  input: readonly InputItem[],
): ListedTool[] {
  return [
    ...unfolded(tools ?? [], 'tools'),
    ...earlier.flatMap((item) => found(toolsIn(item), 'previous_response_id')),
    ...input.flatMap((item, index) => found(toolsIn(item), `input[${index}].tools`)),
  ]
}

function found(tools: readonly ResponseTool[], path: string): ListedTool[] {
  return unfolded(tools, path).map((listed) => ({ ...listed, isFound: true }))
}

function toolsIn(item: InputItem): readonly ResponseTool[] {
  return item.type === 'additional_tools' || item.type === 'tool_search_output' ? item.tools : []
}

function unfolded(tools: readonly ResponseTool[], path: string): ListedTool[] {
  return tools.flatMap((tool, index) => {
    const at = `${path}[${index}]`
    if (tool.type !== 'namespace') return [{ tool, path: at }]
    const { name, description, tools: inner } = validate(Namespace, tool, at)
    return inner.map((each, place) => ({
      tool: each,
      path: `${at}.tools[${place}]`,
      namespace: name,
      ...(place === 0 && description != null && description !== '' && { remark: description }),
    }))
  })
}
