import type { ChatCompletionCreateParams } from 'groq-sdk/resources/chat/completions'
import { buildCompletion } from '../openai-chat/build-completion.ts'
import type { ProviderCall } from '../provider-adapter.ts'

type GroqBody = Omit<ChatCompletionCreateParams, 'stream'>

/** What Groq answers with 400 «not supported». */
const UNSUPPORTED = ['logprobs', 'top_logprobs', 'logit_bias', 'store', 'prediction', 'n'] as const

export function buildGroqCompletion(call: ProviderCall): GroqBody {
  const body: Record<string, unknown> = { ...buildCompletion(call) }
  for (const key of UNSUPPORTED) delete body[key]
  const effort = call.request.reasoning_effort
  if (effort != null) {
    const mapped = groqEffort(call.target.model, effort)
    if (mapped === undefined) delete body['reasoning_effort']
    else body['reasoning_effort'] = mapped
  }
  return body as unknown as GroqBody
}

/** gpt-oss knows three efforts, Qwen on or off, others none. */
function groqEffort(model: string, effort: string): string | undefined {
  if (model.includes('gpt-oss')) {
    if (effort === 'none' || effort === 'minimal') return 'low'
    return effort === 'xhigh' ? 'high' : effort
  }
  if (model.includes('qwen3')) return effort === 'none' ? 'none' : 'default'
  return undefined
}
