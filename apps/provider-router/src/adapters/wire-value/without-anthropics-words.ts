import type { ChatCompletionRequest, ChatMessage } from '@brainlyx/router-contract'

type Spoken = Pick<ChatCompletionRequest, 'messages' | 'tools' | 'cache_control'>
type Thing = Readonly<Record<string, unknown>>

/**
 * Without what only Anthropic's API knows, for who refuses what it does not know: where a prompt's cache may end, how a
 * tool is offered, that one failed, and references to tools, which are words here.
 * @param keepsMarks of the cache
 */
export function withoutAnthropicsWords<Request extends Spoken>(
  request: Request,
  { keepsMarks = false } = {},
): Request {
  const { messages, tools } = request
  const isMarked = !keepsMarks && 'cache_control' in request
  const foreign = keepsMarks ? TOOL_OPTIONS : WITH_MARKS
  const speaks = (thing: Thing): boolean =>
    foreign.some((key) => key in thing) || thing['type'] === 'tool_reference'
  const spoken = (thing: Thing): Thing => {
    if (!speaks(thing)) return thing
    const own = Object.entries(thing).filter(([key]) => !foreign.includes(key))
    return thing['type'] === 'tool_reference'
      ? { type: 'text', text: thing['text'] }
      : Object.fromEntries(own)
  }
  const isForeign = (message: ChatMessage): boolean =>
    'is_error' in message || (Array.isArray(message.content) && message.content.some(speaks))
  if (!isMarked && !messages.some(isForeign) && tools?.some(speaks) !== true) return request
  const { cache_control: _mark, ...unmarked } = request
  return {
    ...(isMarked ? (unmarked as Request) : request),
    messages: messages.map((message) => {
      if (!isForeign(message)) return message
      const { is_error: _failed, ...own } = message
      return Array.isArray(own.content) ? { ...own, content: own.content.map(spoken) } : own
    }),
    ...(tools == null ? {} : { tools: tools.map(spoken) }),
  }
}

const TOOL_OPTIONS: readonly string[] = ['anthropic']
const WITH_MARKS: readonly string[] = ['anthropic', 'cache_control']
