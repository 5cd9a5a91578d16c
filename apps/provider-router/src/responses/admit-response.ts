import { ResponsesRequest } from '@brainlyx/router-contract'
import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import type { Caller } from '../admit/authenticate.ts'
import { given } from '../admit/given.ts'
import { validate } from '../admit/validate.ts'
import type { KeptResponses } from '../kept-responses/kept-responses.ts'
import { chatToolChoice } from './chat-tool-choice.ts'
import { inputMessages } from './input-messages.ts'
import { listedTools } from './listed-tools.ts'
import { recallConversation } from './recall-conversation.ts'
import { refuseKeptState } from './refuse-kept-state.ts'
import { callersTools } from './response-tools.ts'
import type { CallersTools } from './response-tools.ts'

export interface AdmittedResponse {
  /** What the answer says of the question. */
  readonly asked: ResponsesRequest
  /** In the form that everything behind works with. */
  readonly body: ChatCompletionRequest
  /** What the calls in the answer are told as. */
  readonly tools: CallersTools
  /** Keeps the answer for who goes on from it; undefined: it is not to be kept, or nothing can be. */
  readonly keep: ((response: OpenAI.Responses.Response) => Promise<void>) | undefined
}

const WITH_LOGPROBS = 'message.output_text.logprobs'

/**
 * A request of the Responses API as the chat completion that it comes to.
 * @throws {ServiceError} 400 `invalid-request`, `unsupported-option` for what needs a server that keeps or runs more,
 *   `previous-response-not-found`; 404 `item-not-found`
 */
export async function admitResponse(
  json: unknown,
  caller: Caller,
  kept: KeptResponses,
): Promise<AdmittedResponse> {
  const asked = validate(ResponsesRequest, json)
  refuseKeptState(asked)
  const owner = { caller, user: asked.user ?? null }
  const { earlier, input } = await recallConversation(asked, owner, kept)
  const tools = callersTools(listedTools(asked.tools, earlier?.items ?? [], input), asked.tools)
  const isKept = asked.store !== false && kept.isWritable
  const body: ChatCompletionRequest = {
    model: asked.model,
    messages: inputMessages(asked.instructions, input, earlier?.items),
    stream: asked.stream,
    ...given({
      temperature: asked.temperature,
      top_p: asked.top_p,
      max_completion_tokens: asked.max_output_tokens,
      tools: tools.functions,
      tool_choice: chatToolChoice(asked.tool_choice),
      parallel_tool_calls: asked.parallel_tool_calls,
      response_format: responseFormat(asked.text?.format),
      verbosity: asked.text?.verbosity,
      reasoning_effort: asked.reasoning?.effort,
      user: asked.user,
      service_tier: asked.service_tier,
      prompt_cache_key: asked.prompt_cache_key,
      safety_identifier: asked.safety_identifier,
    }),
    ...(isKept || handsThoughtsBack(asked)
      ? { brainlyx: { ...asked.brainlyx, handsThoughtsBack: true } }
      : given({ brainlyx: asked.brainlyx })),
    ...(asked.include?.includes(WITH_LOGPROBS) === true && {
      logprobs: true,
      top_logprobs: asked.top_logprobs,
    }),
  }
  if (!isKept) return { asked, body, tools, keep: undefined }
  const keep: AdmittedResponse['keep'] = (response) =>
    kept.keep(owner, { response, earlier, input })
  return { asked, body, tools, keep }
}

/** Whether the caller wants what it cannot read, to hand it back. */
export function handsThoughtsBack({ include }: ResponsesRequest): boolean {
  return include?.includes('reasoning.encrypted_content') === true
}

function responseFormat(
  format: NonNullable<ResponsesRequest['text']>['format'],
): ChatCompletionRequest['response_format'] {
  if (format?.type !== 'json_schema') return format
  const { type, ...schema } = format
  return { type, json_schema: schema }
}
