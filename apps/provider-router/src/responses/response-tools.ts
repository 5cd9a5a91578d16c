import { FunctionTool as ChatFunctionTool, ResponseCustomTool } from '@brainlyx/router-contract'
import type {
  ChatCompletionRequest,
  FunctionTool,
  ResponseTool,
  ResponsesRequest,
} from '@brainlyx/router-contract'
import { z } from 'zod'
import { unsupportedHere } from '../admit/unsupported-here.ts'
import { validate } from '../admit/validate.ts'
import { functionOf } from '../custom-tools/custom-tool.ts'
import { leftOutTools } from './left-out-tools.ts'
import type { ListedTool } from './listed-tools.ts'
import { modelName } from './model-name.ts'
import { plainParameters } from './plain-parameters.ts'

/** What a model's call is told as. */
export interface CallersTool {
  readonly type: 'function' | 'custom' | 'tool_search'
  readonly name: string
  readonly namespace?: string
  /** What its caller wants to hear found before it is called; see left-out-tools.ts. */
  readonly findFirst?: ResponseTool
}

export interface CallersTools {
  /** As everything behind works with them. */
  readonly functions: ChatCompletionRequest['tools']
  /** By the names that models know. */
  readonly byName: ReadonlyMap<string, CallersTool>
  /** The request's own, but for those that are not offered, so that its caller can see which these are. */
  readonly told: ResponsesRequest['tools']
}

/** The same as a chat completion's, without the level between. */
const ResponseFunction = z.object({
  type: z.literal('function'),
  ...ChatFunctionTool.shape.function.shape,
})
const ToolSearch = z.object({
  execution: z.string().nullish(),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
})
export const TOOL_SEARCH = 'tool_search'

/**
 * What a request offers, as functions. A tool that is found twice is offered once.
 * @throws {ServiceError} 400 `unsupported-option` for a tool that the server would have to run
 */
export function callersTools(
  listed: readonly ListedTool[],
  asked: ResponsesRequest['tools'],
): CallersTools {
  const { isHeldBack, isLeftOut } = leftOutTools(listed)
  const byName = new Map<string, CallersTool>()
  const functions: FunctionTool[] = []
  for (const each of listed) {
    if (isLeftOut(each.tool)) continue
    const [tool, definition] = callersTool(each)
    const name = modelName(tool.name, tool.namespace)
    const isKnown = byName.has(name)
    if (isKnown && each.isFound !== true) continue
    byName.set(name, isHeldBack(each) ? { ...tool, findFirst: asFound(each) } : tool)
    if (!isKnown) functions.push({ ...definition, function: { ...definition.function, name } })
  }
  return {
    functions: functions.length === 0 && asked == null ? undefined : functions,
    byName,
    told: asked?.filter((tool) => !isLeftOut(tool)),
  }
}

function callersTool(listed: ListedTool): [CallersTool, FunctionTool] {
  const { tool, path, namespace } = listed
  const place = namespace === undefined ? {} : { namespace }
  if (tool.type === 'function') {
    const { name, description, parameters, strict } = validate(ResponseFunction, tool, path)
    const definition = {
      name,
      description: remarked(description, listed),
      parameters: plainParameters(parameters),
      strict,
    }
    return [
      { type: 'function', name, ...place },
      { type: 'function', function: definition },
    ]
  }
  if (tool.type === 'custom') {
    const custom = validate(ResponseCustomTool, tool, path)
    const { name, description, format } = custom
    const remarkedTool = { ...custom, description: remarked(description, listed) }
    return [
      { type: 'custom', name, ...place },
      functionOf(remarkedTool, format?.type === 'grammar' ? format : undefined),
    ]
  }
  if (tool.type !== 'tool_search') throw noSuchTool(tool.type, `${path}.type`)
  const { description, parameters } = validate(ToolSearch, tool, path)
  return [
    { type: 'tool_search', name: TOOL_SEARCH },
    { type: 'function', function: { name: TOOL_SEARCH, description, parameters } },
  ]
}

function asFound({ tool, namespace, remark }: ListedTool): ResponseTool {
  if (namespace === undefined) return tool
  return { type: 'namespace', name: namespace, description: remark ?? '', tools: [tool] }
}

function remarked(
  description: string | null | undefined,
  { namespace, remark }: ListedTool,
): string | null | undefined {
  if (remark === undefined) return description
  const said = `Of all tools of \`${namespace}\`: ${remark}`
  return description == null || description === '' ? said : `${description}\n\n${said}`
}

export function noSuchTool(type: string, path: string) {
  return unsupportedHere(
    path,
    `There is no tool of type \`${type}\` here, as no tools are run on this side, and none are known that only one provider's models know: offer functions or custom tools.`,
  )
}
