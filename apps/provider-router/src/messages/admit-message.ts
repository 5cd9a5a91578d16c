import { MessagesInput, MessagesRequest } from '@brainlyx/router-contract'
import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { given } from '../admit/given.ts'
import { refusePrivateUrls } from '../admit/refuse-private-urls.ts'
import { validate } from '../admit/validate.ts'
import { unsupportedHere } from '../admit/unsupported-here.ts'
import { chatEffort } from './asked-thinking.ts'
import { inputMessages } from './input-messages.ts'
import { chatTools, toolOptions } from './message-tools.ts'

export interface AdmittedMessage {
  readonly asked: MessagesRequest
  /** In the form that everything behind works with. */
  readonly body: ChatCompletionRequest
}

/**
 * A request of Anthropic's Messages API as the chat completion that it comes to. Hints that only Claude takes (`top_k`,
 * `service_tier`) are left out.
 * @throws {ServiceError} 400 `invalid-request`, `unsupported-option` for what Anthropic's own servers would have to run
 */
export function admitMessage(json: unknown): AdmittedMessage {
  const asked = validate(MessagesRequest, json)
  const input = inputOf(asked)
  const body: ChatCompletionRequest = {
    ...input,
    stream: asked.stream,
    max_completion_tokens: asked.max_tokens,
    ...given({
      temperature: asked.temperature,
      top_p: asked.top_p,
      stop: asked.stop_sequences,
      user: asked.metadata?.user_id,
      brainlyx:
        input.reasoning_effort == null
          ? asked.brainlyx
          : { ...asked.brainlyx, thinksWithinLimit: true },
    }),
  }
  refusePrivateUrls(body)
  return { asked, body }
}

/** @throws {ServiceError} as `admitMessage` */
export function admitInput(json: unknown): ChatCompletionRequest {
  return inputOf(validate(MessagesInput, json))
}

/** All that the model reads. */
function inputOf(asked: MessagesInput): ChatCompletionRequest {
  refuseServers(asked)
  const format = asked.output_config?.format ?? asked.output_format
  return {
    model: asked.model,
    messages: inputMessages(asked.system, asked.messages),
    ...given({
      tools: chatTools(asked.tools),
      ...toolOptions(asked.tool_choice),
      reasoning_effort: chatEffort(asked),
      response_format:
        format == null
          ? undefined
          : {
              type: 'json_schema' as const,
              json_schema: { name: 'answer', schema: format.schema },
            },
    }),
  }
}

function refuseServers({ mcp_servers: servers, container }: MessagesInput): void {
  if (servers != null && servers.length > 0) {
    throw unsupportedHere('mcp_servers', 'No tools are run on this side: call them yourself.')
  }
  if (container != null) {
    throw unsupportedHere('container', 'No code is run on this side.')
  }
}
