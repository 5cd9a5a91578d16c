import { OpenAiChatBody } from '@brainlyx/router-contract'
import type { ChatCompletionRequest, LegacyChatCompletionRequest } from '@brainlyx/router-contract'
import { customNames, withFunctions } from '../custom-tools/with-functions.ts'
import { refusePrivateUrls } from './refuse-private-urls.ts'
import { validate } from './validate.ts'
import { withNamedSchema } from './with-named-schema.ts'
import { withShownResults } from './with-shown-results.ts'

export interface AdmittedChat {
  readonly body: ChatCompletionRequest
  /** It came in the older form: its caller reads `function_call` in the answer, and no `tool_calls`. */
  readonly callsFunctions: boolean
  /** The tools whose calls its caller reads as text. */
  readonly customNames: ReadonlySet<string>
}

/**
 * A chat completion's request, in the form that everything behind works with: tools in place of functions, and
 * functions in place of custom tools.
 * @throws {ServiceError} 400 `invalid-request`
 */
export function admitChat(json: unknown): AdmittedChat {
  const asked = withShownResults(validate(OpenAiChatBody, json))
  const request = withFunctions(asked)
  const [body, callsFunctions] = isCurrent(request)
    ? [request, false]
    : [withTools(request), request.functions != null]
  const admitted = {
    body: withNamedSchema(body),
    callsFunctions,
    customNames: customNames(asked),
  }
  refusePrivateUrls(admitted.body)
  return admitted
}

function isCurrent(request: LegacyChatCompletionRequest): request is ChatCompletionRequest {
  if (request.functions != null || request.function_call != null) return false
  return request.messages.every(
    (message) =>
      message.role !== 'function' &&
      (message.role !== 'assistant' || message.function_call == null),
  )
}

function withTools(request: LegacyChatCompletionRequest): ChatCompletionRequest {
  const { functions, function_call: choice, messages, ...rest } = request
  return {
    ...rest,
    messages: messages.map((message, index) => currentMessage(message, index, messages)),
    tools: rest.tools ?? functions?.map((each) => ({ type: 'function', function: each })),
    tool_choice: rest.tool_choice ?? toolChoice(choice),
  }
}

function toolChoice(
  choice: LegacyChatCompletionRequest['function_call'],
): ChatCompletionRequest['tool_choice'] {
  if (choice == null || typeof choice === 'string') return choice
  return { type: 'function', function: { name: choice.name } }
}

type LegacyMessages = LegacyChatCompletionRequest['messages']

function currentMessage(
  message: LegacyMessages[number],
  index: number,
  messages: LegacyMessages,
): ChatCompletionRequest['messages'][number] {
  if (message.role === 'function') {
    const { name, content } = message
    const call = messages.findLastIndex(
      (each, place) =>
        place < index && each.role === 'assistant' && each.function_call?.name === name,
    )
    return { role: 'tool', content: content ?? '', tool_call_id: callId(call) }
  }
  if (message.role !== 'assistant' || message.function_call == null) return message
  const { function_call: called, ...own } = message
  return { ...own, tool_calls: [{ id: callId(index), type: 'function', function: called }] }
}

/** The older form names no call: its message's place does. */
function callId(index: number): string {
  return `call_${index}`
}
