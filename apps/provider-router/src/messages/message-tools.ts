import type { ChatCompletionRequest, MessagesInput } from '@brainlyx/router-contract'
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

export function toolOptions(choice: MessagesInput['tool_choice']): ToolOptions {
  if (choice == null) return {}
  const one = choice.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {}
  return { ...one, tool_choice: chatToolChoice(choice) }
}

function chatToolChoice(
  choice: NonNullable<MessagesInput['tool_choice']>,
): ToolOptions['tool_choice'] {
  if (choice.type === 'tool') return { type: 'function', function: { name: choice.name } }
  return choice.type === 'any' ? 'required' : choice.type
}
