import type Anthropic from '@anthropic-ai/sdk'
import type { ChatMessage } from '@brainlyx/router-contract'
import { argumentsObject, assistantText } from '../wire-value/message-text.ts'
import { contentBlocks, textBlocks } from './build-content.ts'
import { takesLaterSystem } from './claude-generation.ts'
import { ownAnswer } from './own-answer.ts'
import { takenId } from './taken-id.ts'
import { toolResult } from './tool-result.ts'

interface BlockMessage {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: Anthropic.ContentBlockParam[]
}

type SystemMessage = Extract<ChatMessage, { role: 'system' | 'developer' }>

/** The system prompt, and the conversation that follows it. */
export interface Conversation {
  readonly system: Anthropic.TextBlockParam[]
  readonly messages: Anthropic.MessageParam[]
}

/**
 * A prompt in the middle of the conversation stays where it stands: at the front it would change the beginning of every
 * request, and with it all that is cached. It is taken after what a person says, and before an answer; models that take
 * none there hear it from the person.
 * @param options.thinks whether thoughts may be handed back
 */
export function buildConversation(
  messages: readonly ChatMessage[],
  { model, thinks }: { readonly model: string; readonly thinks: boolean },
): Conversation {
  const first = messages.findIndex((message) => !isSystem(message))
  const system = messages.slice(0, first === -1 ? undefined : first).filter(isSystem)
  const built: BlockMessage[] = []
  let later: Anthropic.TextBlockParam[] = []
  const tellLater = (): void => {
    if (later.length === 0) return
    const mayStand = takesLaterSystem(model) && built.at(-1)?.role === 'user'
    if (mayStand) built.push({ role: 'system', content: later })
    else add(built, { role: 'user', content: later.map(asSaid) })
    later = []
  }
  for (const message of first === -1 ? [] : messages.slice(first)) {
    if (isSystem(message)) later.push(...textBlocks(message.content))
    else {
      if (message.role === 'assistant') tellLater()
      for (const each of toMessage(message, { model, thinks })) add(built, each)
    }
  }
  tellLater()
  return {
    system: system.flatMap(({ content }) => textBlocks(content)),
    messages: built as Anthropic.MessageParam[],
  }
}

function isSystem(message: ChatMessage): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function asSaid(block: Anthropic.TextBlockParam): Anthropic.TextBlockParam {
  return { ...block, text: `<system>\n${block.text}\n</system>` }
}

/** Results of parallel calls must stand in one message. */
function add(messages: BlockMessage[], message: BlockMessage): void {
  const last = messages.at(-1)
  if (last?.role === message.role) last.content.push(...message.content)
  else messages.push(message)
}

function toMessage(
  message: Exclude<ChatMessage, SystemMessage>,
  { model, thinks }: { readonly model: string; readonly thinks: boolean },
): BlockMessage[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: contentBlocks(message.content) }]
    case 'tool':
      return [{ role: 'user', content: [toolResult(message, model)] }]
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
  }
}
