import type {
  OpenAiChatBody,
  OpenAiChatRequest,
  ShowingToolMessage,
} from '@brainlyx/router-contract'

type Message = OpenAiChatRequest['messages'][number]
type Part = Exclude<ShowingToolMessage['content'], string>[number]
type TextPart = Extract<Part, { type: 'text' }>
type ShownPart = Exclude<Part, TextPart>

/**
 * Pictures and files that tools gave, as a person shows them: a tool's message has a place for words alone at most
 * providers. They stand after all results of an answer's calls, between which nobody may speak.
 */
export function withShownResults(body: OpenAiChatBody): OpenAiChatRequest {
  if (isWordsAlone(body)) return body
  const messages: Message[] = []
  let shown: ShownPart[] = []
  const show = (): void => {
    if (shown.length > 0) messages.push({ role: 'user', content: shown })
    shown = []
  }
  for (const message of body.messages) {
    if (message.role !== 'tool') {
      show()
      messages.push(message)
    } else if (typeof message.content === 'string') {
      messages.push({ ...message, content: message.content })
    } else {
      const words = message.content.filter(isText)
      messages.push({ ...message, content: words.length === 0 ? '' : words })
      shown.push(...message.content.filter(isShown))
    }
  }
  show()
  return { ...body, messages }
}

function isWordsAlone(body: OpenAiChatBody): body is OpenAiChatBody & OpenAiChatRequest {
  return !body.messages.some(
    ({ role, content }) => role === 'tool' && typeof content !== 'string' && content.some(isShown),
  )
}

function isText(part: Part): part is TextPart {
  return part.type === 'text'
}

function isShown(part: Part): part is ShownPart {
  return part.type !== 'text'
}
