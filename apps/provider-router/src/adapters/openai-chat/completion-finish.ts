import type { FinishReason } from '@brainlyx/router-contract'

/** The word does not tell about tools: a forced call ends with `stop`. */
export function completionFinish(raw: string, calledTools: boolean): FinishReason {
  switch (raw) {
    case 'length':
    case 'content_filter':
      return raw
    case 'tool_calls':
    case 'function_call':
      return 'tool_calls'
    default:
      return calledTools ? 'tool_calls' : 'stop'
  }
}
