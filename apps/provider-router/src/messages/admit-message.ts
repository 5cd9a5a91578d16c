import { MessagesInput, MessagesRequest } from '@brainlyx/router-contract'
import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { hash } from 'node:crypto'
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
 * A request of Anthropic's Messages API as the chat completion that it comes to. `service_tier` is left out.
 * @throws {ServiceError} 400 `invalid-request`, `unsupported-option` for what Anthropic's own servers would have to run
 */
export function admitMessage(json: unknown): AdmittedMessage {
  const asked = validate(MessagesRequest, json)
  refuseRegion(asked)
  const input = inputOf(asked)
  const body: ChatCompletionRequest = {
    ...input,
    stream: asked.stream,
    // By the name that every server knows.
    max_tokens: asked.max_tokens,
    ...given({
      temperature: asked.temperature,
      top_p: asked.top_p,
      top_k: asked.top_k,
      cache_control: asked.cache_control,
      stop: unlessEmpty(asked.stop_sequences),
      user: shortName(asked.metadata?.user_id),
    }),
    brainlyx: {
      ...asked.brainlyx,
      thinksAsAtAnthropic: true,
      ...(endsInAnswer(asked) && { continue: true }),
    },
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
      ...(unlessEmpty(asked.tools) && {
        tools: chatTools(asked.tools),
        ...toolOptions(asked.tool_choice),
      }),
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

function unlessEmpty<List extends readonly unknown[]>(list: List | null | undefined) {
  return list != null && list.length > 0 ? list : undefined
}

/** OpenAI takes no more letters than this, and coding agents have more to say of who they are. */
const NAME_LENGTH = 64

function shortName(user: string | null | undefined): string | null | undefined {
  return user != null && user.length > NAME_LENGTH ? hash('sha256', user) : user
}

/** A beginning of the answer, which the model is to go on with. */
function endsInAnswer({ messages }: MessagesInput): boolean {
  const last = messages.at(-1)
  if (last?.role !== 'assistant') return false
  const { content } = last
  return typeof content === 'string' || content.every(({ type }) => type === 'text')
}

/** What would be another answer if it were left out. */
function refuseServers({ mcp_servers: servers, container, thread }: MessagesInput): void {
  if (servers != null && servers.length > 0) {
    throw unsupportedHere('mcp_servers', 'No tools are run on this side: call them yourself.')
  }
  if (container != null) {
    throw unsupportedHere('container', 'No code is run on this side.')
  }
  if (thread != null) {
    throw unsupportedHere(
      'thread',
      'No conversation is kept here: send all of it, without `thread`.',
    )
  }
}

/** Where an answer is thought out is promised by deployments, not by who is asked. */
function refuseRegion({ inference_geo: region }: MessagesRequest): void {
  if (region == null || region === 'global') return
  throw unsupportedHere('inference_geo', 'Ask for it by the header `x-brainlyx-residency`.')
}
