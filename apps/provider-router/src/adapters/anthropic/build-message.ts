import type Anthropic from '@anthropic-ai/sdk'
import type { ChatCompletionRequest, ChatMessage } from '@brainlyx/router-contract'
import type { ProviderCall } from '../provider-adapter.ts'
import { argumentsObject, assistantText, textOfContent } from '../wire-value/message-text.ts'
import { NOTHING_MORE_SAID, sayableMessages } from '../wire-value/sayable-messages.ts'
import { cacheControl, contentBlocks, textBlocks } from './build-content.ts'
import { formatInstruction, outputOptions } from './build-output.ts'
import { thinkingOptions } from './build-thinking.ts'
import { toolOptions } from './build-tools.ts'
import { claudeGeneration } from './claude-generation.ts'
import { ownAnswer } from './own-answer.ts'
import { takenId } from './taken-id.ts'

export type MessageBody = Omit<Anthropic.MessageCreateParams, 'stream'>

interface BlockMessage {
  readonly role: 'user' | 'assistant'
  readonly content: Anthropic.ContentBlockParam[]
}

/** An OpenAI-shaped request as Anthropic's Messages API takes it. */
export function buildMessage(call: ProviderCall): MessageBody {
  const { request, target } = call
  const messages = sayableMessages(request.messages)
  const system = [
    ...messages.flatMap((message) =>
      message.role === 'system' || message.role === 'developer' ? textBlocks(message.content) : [],
    ),
    ...formatInstruction(request),
  ]
  const asked = request.max_completion_tokens ?? request.max_tokens ?? target.outputTokenLimit
  const limit = Math.min(asked, target.outputTokenLimit)
  const thinking = thinkingOptions(call, limit)
  return {
    model: target.model,
    messages: mergeRoles(
      [...messages, ...lastWords(call, messages)].flatMap((each) =>
        toMessage(each, thinking.enabled),
      ),
    ),
    max_tokens: thinking.maxTokens,
    ...(system.length === 0 ? {} : { system }),
    ...(thinking.config === undefined ? samplingOptions(call) : { thinking: thinking.config }),
    ...stopOptions(request),
    ...toolOptions(request, thinking.enabled),
    ...outputOptions(request, thinking.effort),
    ...(request.user == null ? {} : { metadata: { user_id: request.user } }),
  }
}

/** From 4.6 on models refuse to go on with an answer; elsewhere one that a conversation ends with is a beginning. */
function lastWords(call: ProviderCall, messages: readonly ChatMessage[]): ChatMessage[] {
  const goesOn = call.prefill || messages.at(-1)?.role !== 'assistant'
  return goesOn || claudeGeneration(call.target.model) < 4.6 ? [] : [NOTHING_MORE_SAID]
}

/** @param thinks whether thoughts may be handed back */
function toMessage(message: ChatMessage, thinks: boolean): BlockMessage[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: contentBlocks(message.content) }]
    case 'tool':
      return [
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: takenId(message.tool_call_id),
              content: textOfContent(message.content),
              ...(typeof message.content === 'string' ? {} : cacheControl(message.content.at(-1))),
            },
          ],
        },
      ]
    case 'assistant': {
      const own = thinks ? ownAnswer(message) : undefined
      if (own !== undefined) return [{ role: 'assistant', content: own }]
      // White space at the end of a beginning is refused.
      const text = assistantText(message).trimEnd()
      const calls = (message.tool_calls ?? []).map((call) => ({
        type: 'tool_use' as const,
        id: takenId(call.id),
        name: call.function.name,
        input: argumentsObject(call.function.arguments),
      }))
      // Empty text blocks are refused.
      const content = text === '' ? calls : [{ type: 'text' as const, text }, ...calls]
      return content.length === 0 ? [] : [{ role: 'assistant', content }]
    }
    default:
      return []
  }
}

/** Results of parallel calls must stand in one message. */
function mergeRoles(messages: BlockMessage[]): BlockMessage[] {
  const merged: BlockMessage[] = []
  for (const message of messages) {
    const last = merged.at(-1)
    if (last?.role === message.role) last.content.push(...message.content)
    else merged.push(message)
  }
  return merged
}

/**
 * Models take one of temperature and top_p, and neither while thinking. The SDK's types know them no more, since
 * models from 4.7 on refuse both; older ones still take them, and a caller who asks for one means it.
 */
function samplingOptions(call: ProviderCall): { temperature?: number; top_p?: number } {
  const { temperature, top_p: topP } = call.request
  if (claudeGeneration(call.target.model) >= 4.7) return {}
  if (temperature != null) return { temperature: Math.min(1, temperature) }
  return topP == null ? {} : { top_p: topP }
}

/** A stop sequence of white space only is refused. */
function stopOptions(request: ChatCompletionRequest): Partial<MessageBody> {
  const given = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])
  const sequences = given.filter((sequence) => sequence.trim() !== '')
  return sequences.length === 0 ? {} : { stop_sequences: sequences }
}
