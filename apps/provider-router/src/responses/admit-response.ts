import { ResponsesRequest } from '@brainlyx/router-contract'
import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { validate } from '../admit/validate.ts'
import { inputMessages } from './input-messages.ts'
import { refuseKeptState } from './refuse-kept-state.ts'
import { chatToolChoice, chatTools } from './response-tools.ts'

export interface AdmittedResponse {
  /** What the answer says of the question. */
  readonly asked: ResponsesRequest
  /** In the form that everything behind works with. */
  readonly body: ChatCompletionRequest
}

const WITH_LOGPROBS = 'message.output_text.logprobs'

/**
 * A request of the Responses API as the chat completion that it comes to.
 * @throws {ServiceError} 400 `invalid-request`, `unsupported-option` for what needs a server that keeps or runs things
 */
export function admitResponse(json: unknown): AdmittedResponse {
  const asked = validate(ResponsesRequest, json)
  refuseKeptState(asked)
  const body: ChatCompletionRequest = {
    model: asked.model,
    messages: inputMessages(asked),
    stream: asked.stream,
    ...given({
      temperature: asked.temperature,
      top_p: asked.top_p,
      max_completion_tokens: asked.max_output_tokens,
      tools: chatTools(asked.tools),
      tool_choice: chatToolChoice(asked.tool_choice),
      parallel_tool_calls: asked.parallel_tool_calls,
      response_format: responseFormat(asked.text?.format),
      verbosity: asked.text?.verbosity,
      reasoning_effort: asked.reasoning?.effort,
      user: asked.user,
      service_tier: asked.service_tier,
      prompt_cache_key: asked.prompt_cache_key,
      safety_identifier: asked.safety_identifier,
      brainlyx: asked.brainlyx,
    }),
    ...(asked.include?.includes(WITH_LOGPROBS) === true && {
      logprobs: true,
      top_logprobs: asked.top_logprobs,
    }),
  }
  return { asked, body }
}

function responseFormat(
  format: NonNullable<ResponsesRequest['text']>['format'],
): ChatCompletionRequest['response_format'] {
  if (format?.type !== 'json_schema') return format
  const { type, ...schema } = format
  return { type, json_schema: schema }
}

/** Without what was not said: a shared call is known by what its request says. */
function given<Options extends object>(options: Options): Partial<Options> {
  const said = Object.entries(options).filter(([, value]) => value != null)
  return Object.fromEntries(said) as Partial<Options>
}
