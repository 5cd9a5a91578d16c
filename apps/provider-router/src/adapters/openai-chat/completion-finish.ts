import type { FinishReason } from '@brainlyx/router-contract'

/**
 * Words of OpenAI-compatible servers for an answer that broke off on their side: of OpenRouter and Mistral, of vLLM and
 * SGLang, of Zhipu, of DeepSeek. What came until then is not whole.
 */
const BROKEN: ReadonlySet<string> = new Set([
  'error',
  'abort',
  'network_error',
  'insufficient_system_resource',
])

export function isBroken(raw: string): boolean {
  return BROKEN.has(raw)
}

/** The word does not tell about tools: a forced call ends with `stop`. */
export function completionFinish(raw: string, calledTools: boolean): FinishReason {
  switch (raw) {
    case 'length':
    case 'model_length':
      return 'length'
    case 'content_filter':
    case 'sensitive':
      return 'content_filter'
    case 'tool_calls':
    case 'function_call':
      return 'tool_calls'
    default:
      return calledTools ? 'tool_calls' : 'stop'
  }
}
