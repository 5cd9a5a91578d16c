import type { ResponseTool } from '@brainlyx/router-contract'
import type { ListedTool } from './listed-tools.ts'

/**
 * Whether a tool is not offered, and its request is answered all the same. Agents offer a search of the web beside the
 * tools of their own by default, and do without where there is none; who offers nothing else wants it. A search among
 * tools that the server would do is not needed where all of them are offered at once.
 */
export function isLeftOut(tool: ResponseTool, listed: readonly ListedTool[]): boolean {
  if (isServersSearch(tool)) return true
  return isWebSearch(tool) && listed.some((each) => isCallers(each.tool))
}

/**
 * Whether a tool waits to be found by the server. It is offered all the same, but its caller takes no call of it before
 * it has heard that it was found.
 */
export function isHeldBack({ tool, isFound }: ListedTool, listed: readonly ListedTool[]): boolean {
  if (tool['defer_loading'] !== true || isFound === true) return false
  return listed.some((each) => isServersSearch(each.tool))
}

function isServersSearch(tool: ResponseTool): boolean {
  return tool.type === 'tool_search' && tool['execution'] !== 'client'
}

export function isWebSearch({ type }: { readonly type: string }): boolean {
  return type.startsWith('web_search')
}

function isCallers({ type }: ResponseTool): boolean {
  return type === 'function' || type === 'custom'
}
