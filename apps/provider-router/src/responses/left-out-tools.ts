import type { ResponseTool } from '@brainlyx/router-contract'
import type { ListedTool } from './listed-tools.ts'

/** Which of a request's tools are not offered, or not without a word, and the request is answered all the same. */
export interface LeftOutTools {
  /**
   * Agents offer a search of the web beside the tools of their own by default, and do without where there is none; who
   * offers nothing else wants it. A search among tools that the server would do is not needed where all of them are
   * offered at once.
   */
  isLeftOut(tool: ResponseTool): boolean
  /**
   * Whether a tool waits to be found by the server. It is offered all the same, but its caller takes no call of it
   * before it has heard that it was found.
   */
  isHeldBack(listed: ListedTool): boolean
}

export function leftOutTools(listed: readonly ListedTool[]): LeftOutTools {
  // Once for all of them: a request may list a great many.
  const hasOwn = listed.some(({ tool }) => isCallers(tool))
  const searches = listed.some(({ tool }) => isServersSearch(tool))
  return {
    isLeftOut: (tool) => isServersSearch(tool) || (hasOwn && isWebSearch(tool)),
    isHeldBack: ({ tool, isFound }) =>
      searches && isFound !== true && tool['defer_loading'] === true,
  }
}

export function isWebSearch({ type }: { readonly type: string }): boolean {
  return type.startsWith('web_search')
}

function isServersSearch(tool: ResponseTool): boolean {
  return tool.type === 'tool_search' && tool['execution'] !== 'client'
}

function isCallers({ type }: ResponseTool): boolean {
  return type === 'function' || type === 'custom'
}
