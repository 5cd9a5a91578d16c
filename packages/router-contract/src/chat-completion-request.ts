import { z } from 'zod'
import { AnswerBlock } from './answer-blocks.ts'
import { AnthropicToolOptions, CacheControl } from './anthropic-options.ts'

export const TextPart = z.looseObject({ type: z.literal('text'), text: z.string() })
export const ImagePart = z.looseObject({
  type: z.literal('image_url'),
  /** An https URL, or a `data:image/…;base64,` URL. */
  image_url: z.looseObject({
    url: z.string().min(1),
    detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
  }),
})
export const AudioPart = z.looseObject({
  type: z.literal('input_audio'),
  /** `data` in base64. */
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
})
export const RefusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() })
export const FilePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    filename: z.string().optional(),
    file_data: z.string().optional(),
    file_id: z.string().optional(),
  }),
})

export const ToolCall = z.looseObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
})
export type ToolCall = z.infer<typeof ToolCall>

const TextContent = z.union([z.string(), z.array(TextPart)])

export const SystemMessage = z.looseObject({
  role: z.enum(['system', 'developer']),
  content: TextContent,
})
export const UserMessage = z.looseObject({
  role: z.literal('user'),
  content: z.union([
    z.string(),
    z.array(z.discriminatedUnion('type', [TextPart, ImagePart, AudioPart, FilePart])),
  ]),
})
export const AssistantMessage = z.looseObject({
  role: z.literal('assistant'),
  content: z
    .union([z.string(), z.array(z.discriminatedUnion('type', [TextPart, RefusalPart])), z.null()])
    .optional(),
  /** In place of content, where the model declined. */
  refusal: z.string().nullish(),
  tool_calls: z.array(ToolCall).nullish(),
  /** The same in the order it was said, with what its model thought: it wants that back where it stood. */
  answer_blocks: z.array(AnswerBlock).nullish(),
})
/** A deferred tool that may be called from here on: what Claude is told, and the words for everyone else. */
export const ToolReferencePart = z.looseObject({
  type: z.literal('tool_reference'),
  tool_name: z.string(),
  text: z.string(),
})
export const ToolMessage = z.looseObject({
  role: z.literal('tool'),
  content: z.union([
    z.string(),
    z.array(z.discriminatedUnion('type', [TextPart, ToolReferencePart])),
  ]),
  tool_call_id: z.string(),
  /** The tool failed, and the content says how. Anthropic and Gemini are told so apart. */
  is_error: z.boolean().nullish(),
})

export const ChatMessage = z.discriminatedUnion('role', [
  SystemMessage,
  UserMessage,
  AssistantMessage,
  ToolMessage,
])
export type ChatMessage = z.infer<typeof ChatMessage>

export const FunctionTool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1).max(128),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
  /** For Claude alone. */
  anthropic: AnthropicToolOptions.nullish(),
})
export type FunctionTool = z.infer<typeof FunctionTool>

export const NamedFunction = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string() }),
})
/** Offers fewer tools than `tools` has, which stays the same for the sake of prompt caches. */
export const AllowedTools = z.looseObject({
  type: z.literal('allowed_tools'),
  allowed_tools: z.looseObject({
    mode: z.enum(['auto', 'required']),
    tools: z.array(NamedFunction).min(1).max(256),
  }),
})
export const ToolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [NamedFunction, AllowedTools]),
])
export type ToolChoice = z.infer<typeof ToolChoice>

export const ResponseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string(),
      schema: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
])
export type ResponseFormat = z.infer<typeof ResponseFormat>

/** What only our own callers send. */
export const BrainlyxRequestOptions = z.object({
  /** The last message is the assistant's own text so far: go on from its end. */
  continue: z.boolean().optional(),
  /**
   * What is said of thinking is meant as Anthropic's API means it: the limit is for thoughts, too, and is not raised for
   * them; and a model that cannot think answers without.
   */
  thinksAsAtAnthropic: z.boolean().optional(),
  /** What the model thought is told so that it can be handed back, where its provider seals it. */
  handsThoughtsBack: z.boolean().optional(),
  /** `raw`: the answer's text as the model wrote it. */
  style: z.enum(['brainlyx', 'raw']).optional(),
  /** How long it may take, all in all, until a provider has room again; then the error comes. Default 2 s. */
  patienceMs: z.int().min(0).max(60_000).optional(),
})

/**
 * `POST /v1/chat/completions`. OpenAI's own shape; unknown keys are kept, so that a newer client's option
 * reaches an OpenAI-compatible provider unchanged.
 */
export const ChatCompletionRequest = z.looseObject({
  model: z.string().min(1).max(256),
  messages: z.array(ChatMessage).min(1).max(4096),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  /** Of how many tokens the next is chosen: at Anthropic, Gemini, and many who speak like OpenAI. */
  top_k: z.int().nonnegative().nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  n: z.int().min(1).max(8).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  seed: z.int().nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  /** By token of the model's own vocabulary, -100 to 100. */
  logit_bias: z.record(z.string(), z.number()).nullish(),
  tools: z.array(FunctionTool).max(256).nullish(),
  tool_choice: ToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: ResponseFormat.nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  user: z.string().nullish(),
  /** What the answer is made of. */
  modalities: z.array(z.string()).nullish(),
  web_search_options: z.record(z.string(), z.unknown()).nullish(),
  verbosity: z.string().nullish(),
  service_tier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  /** Anthropic's cache ends where the request does. Parts, tools and results bear the same for its ending at them. */
  cache_control: CacheControl,
  safety_identifier: z.string().nullish(),
  brainlyx: BrainlyxRequestOptions.optional(),
})
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>
