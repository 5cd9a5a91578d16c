import type { ChatCompletionRequest } from '@brainlyx/router-contract'

type Marked = Pick<ChatCompletionRequest, 'messages' | 'tools'>

/** Without Anthropic's marks of where its prompt cache may end, for who refuses what it does not know. */
export function withoutCacheMarks<Request extends Marked>(request: Request): Request {
  if (!isMarked(request)) return request
  return {
    ...request,
    messages: request.messages.map((message) =>
      Array.isArray(message.content)
        ? { ...message, content: (message.content as object[]).map(unmarked) }
        : message,
    ),
    ...(request.tools == null ? {} : { tools: request.tools.map(unmarked) }),
  }
}

function isMarked({ messages, tools }: Marked): boolean {
  const hasMark = (thing: object): boolean => 'cache_control' in thing
  if (tools?.some(hasMark) === true) return true
  return messages.some(({ content }) => Array.isArray(content) && content.some(hasMark))
}

function unmarked<Thing extends object>(thing: Thing): Thing {
  const { cache_control: _mark, ...rest } = thing as Thing & { cache_control?: unknown }
  return rest as Thing
}
