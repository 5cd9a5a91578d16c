import type Anthropic from '@anthropic-ai/sdk'
import type { ChatCompletionRequest, ChatMessage } from '@brainlyx/router-contract'
import type { ProviderCall } from '../provider-adapter.ts'
import { NOTHING_MORE_SAID, sayableMessages } from '../wire-value/sayable-messages.ts'
import { cacheControl } from './build-content.ts'
import { buildConversation } from './build-conversation.ts'
import { formatInstruction, outputOptions } from './build-output.ts'
import { thinkingOptions } from './build-thinking.ts'
import { toolOptions } from './build-tools.ts'
import { claudeGeneration } from './claude-generation.ts'

export type MessageBody = Omit<Anthropic.MessageCreateParams, 'stream'>

/** An OpenAI-shaped request as Anthropic's Messages API takes it. */
export function buildMessage(call: ProviderCall): MessageBody {
  const { request, target } = call
  const asked = request.max_completion_tokens ?? request.max_tokens ?? target.outputTokenLimit
  const limit = Math.min(asked, target.outputTokenLimit)
  const thinking = thinkingOptions(call, limit)
  const options = { model: target.model, thinks: thinking.enabled }
  const said = sayableMessages(request.messages)
  const conversation = buildConversation([...said, ...lastWords(call, said)], options)
  const system = [...conversation.system, ...formatInstruction(request)]
  return {
    model: target.model,
    messages: conversation.messages,
    max_tokens: thinking.maxTokens,
    ...cacheControl(request),
    ...(system.length === 0 ? {} : { system }),
    ...(thinking.config === undefined ? samplingOptions(call) : { thinking: thinking.config }),
    ...stopOptions(request),
    ...toolOptions(request, options),
    ...outputOptions(request, thinking.effort),
    ...(request.user == null ? {} : { metadata: { user_id: request.user } }),
  }
}

/** From 4.6 on models refuse to go on with an answer; elsewhere one that a conversation ends with is a beginning. */
function lastWords(call: ProviderCall, messages: readonly ChatMessage[]): ChatMessage[] {
  const goesOn = call.prefill || messages.at(-1)?.role !== 'assistant'
  return goesOn || claudeGeneration(call.target.model) < 4.6 ? [] : [NOTHING_MORE_SAID]
}

/**
 * Models take one of temperature and top_p, and neither of them nor top_k while thinking. The SDK's types know them no
 * more, since models from 4.7 on refuse them all; older ones still take them, and a caller who asks for one means it.
 */
function samplingOptions(call: ProviderCall): {
  temperature?: number
  top_p?: number
  top_k?: number
} {
  const { temperature, top_p: topP, top_k: topK } = call.request
  if (claudeGeneration(call.target.model) >= 4.7) return {}
  const among = topK == null ? {} : { top_k: topK }
  if (temperature != null) return { ...among, temperature: Math.min(1, temperature) }
  return topP == null ? among : { ...among, top_p: topP }
}

/** A stop sequence of white space only is refused. */
function stopOptions(request: ChatCompletionRequest): Partial<MessageBody> {
  const given = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])
  const sequences = given.filter((sequence) => sequence.trim() !== '')
  return sequences.length === 0 ? {} : { stop_sequences: sequences }
}
