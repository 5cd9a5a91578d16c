import type { ChatCompletionRequest, MessagesInput } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import { unsupportedHere } from '../admit/unsupported-here.ts'

type ToolOptions = Pick<ChatCompletionRequest, 'tool_choice' | 'parallel_tool_calls'>

/** @throws {ServiceError} 400 `unsupported-option` for a tool that only Anthropic knows */
export function chatTools(tools: MessagesInput['tools']): ChatCompletionRequest['tools'] {
  return tools?.map((tool, index) => {
    const { type, name, description, input_schema: parameters, strict, cache_control: mark } = tool
    if (type != null && type !== 'custom') {
      throw unsupportedHere(
        `tools[${index}].type`,
        `There is no tool of type \`${type}\` here: offer tools of your own, with an \`input_schema\`.`,
      )
    }
    return {
      type: 'function',
      function: { name, description, parameters, strict },
      ...(mark == null ? {} : { cache_control: mark }),
    }
  })
}

/** @throws {ServiceError} 400 `invalid-request` where a tool is to be called and none is named */
export function toolOptions(choice: MessagesInput['tool_choice']): ToolOptions {
  if (choice == null) return {}
  const one = choice.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {}
  return { ...one, tool_choice: chatToolChoice(choice) }
}

function chatToolChoice({
  type,
  name,
}: NonNullable<MessagesInput['tool_choice']>): ToolOptions['tool_choice'] {
  if (type !== 'tool') return type === 'any' ? 'required' : type
  if (name == null) {
    throw new ServiceError({
      code: 'invalid-request',
      status: 400,
      title: 'The request is not valid.',
      detail: '`tool_choice` names no tool to call.',
      fields: [{ path: 'tool_choice.name', message: 'is missing' }],
    })
  }
  return { type: 'function', function: { name } }
}
