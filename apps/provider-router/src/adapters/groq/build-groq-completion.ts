import type { ChatCompletionCreateParams } from 'groq-sdk/resources/chat/completions'
import { buildCompletion } from '../openai-chat/build-completion.ts'
import type { ProviderCall } from '../provider-adapter.ts'
import { withoutAnthropicsWords } from '../wire-value/without-anthropics-words.ts'
import { offeredTools } from '../wire-value/offered-tools.ts'
import { groqMessages } from './build-groq-messages.ts'

type GroqBody = Omit<ChatCompletionCreateParams, 'stream'>

/** What Groq answers with 400: what it does not support, and what it does not know. */
const UNSUPPORTED = [
  'audio',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'metadata',
  'modalities',
  'moderation',
  'n',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'store',
  'top_k',
  'verbosity',
] as const
/** OpenAI has others. */
const SERVICE_TIERS = new Set<unknown>(['auto', 'on_demand', 'flex', 'performance'])

export function buildGroqCompletion(call: ProviderCall): GroqBody {
  const request = withoutAnthropicsWords(call.request)
  const body: Record<string, unknown> = {
    ...buildCompletion({ ...call, request }),
    messages: groqMessages(request.messages),
  }
  for (const key of UNSUPPORTED) delete body[key]
  if (!SERVICE_TIERS.has(request.service_tier)) delete body['service_tier']
  const { tools, choice } = offeredTools(request)
  if (tools.length > 0) Object.assign(body, { tools, tool_choice: choice })
  const effort = request.reasoning_effort
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
    return effort === 'xhigh' || effort === 'max' ? 'high' : effort
  }
  if (model.includes('qwen3')) return effort === 'none' ? 'none' : 'default'
  return undefined
}
