import type {
  AnthropicToolOptions,
  ChatCompletionRequest,
  MessagesInput,
} from '@brainlyx/router-contract'
import { given } from '../admit/given.ts'
import { unsupportedHere } from '../admit/unsupported-here.ts'

type AskedTool = NonNullable<MessagesInput['tools']>[number]
type ToolOptions = Pick<ChatCompletionRequest, 'tool_choice' | 'parallel_tool_calls'>

/** @throws {ServiceError} 400 `unsupported-option` for a tool that only Anthropic knows */
export function chatTools(tools: MessagesInput['tools']): ChatCompletionRequest['tools'] {
  return tools?.map((tool, index) => {
    const { type, name, description, input_schema: parameters, cache_control: mark } = tool
    if (type != null && type !== 'custom') {
      throw unsupportedHere(
        `tools[${index}].type`,
        `There is no tool of type \`${type}\` here: offer tools of your own, with an \`input_schema\`.`,
      )
    }
    return {
      type: 'function',
      function: { name, description, parameters },
      ...(mark == null ? {} : { cache_control: mark }),
      ...anthropicOptions(tool),
    }
  })
}

/** Only Claude hears of them: others hold to a schema, or know what to hold back, by rules of their own. */
function anthropicOptions(tool: AskedTool): { anthropic?: AnthropicToolOptions } {
  const { strict, defer_loading, eager_input_streaming, input_examples } = tool
  const options = given({ strict, defer_loading, eager_input_streaming, input_examples })
  return Object.keys(options).length === 0 ? {} : { anthropic: options }
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
