import { z } from 'zod'
import { BrainlyxRequestOptions, ChatCompletionRequest } from './chat-completion-request.ts'

const InputText = z.looseObject({
  /** `output_text` in messages of the assistant. */
  type: z.enum(['input_text', 'output_text']),
  text: z.string(),
})
const InputImage = z.looseObject({
  type: z.literal('input_image'),
  image_url: z.string().min(1).nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
})
const InputFile = z.looseObject({
  type: z.literal('input_file'),
  filename: z.string().nullish(),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  file_id: z.string().nullish(),
})
const Refusal = z.looseObject({ type: z.literal('refusal'), refusal: z.string() })

const InputPart = z.discriminatedUnion('type', [InputText, InputImage, InputFile, Refusal])
export type InputPart = z.infer<typeof InputPart>

const MessageItem = z.looseObject({
  type: z.literal('message'),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: z.union([z.string(), z.array(InputPart)]),
})
const FunctionCallItem = z.looseObject({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string().min(1),
  namespace: z.string().nullish(),
  arguments: z.string(),
})
const CallOutput = z.union([
  z.string(),
  z.array(z.discriminatedUnion('type', [InputText, InputImage, InputFile])),
])
const FunctionCallOutputItem = z.looseObject({
  type: z.literal('function_call_output'),
  call_id: z.string(),
  output: CallOutput,
})
/** A call of a tool whose input is text as it comes. */
const CustomToolCallItem = z.looseObject({
  type: z.literal('custom_tool_call'),
  call_id: z.string(),
  name: z.string().min(1),
  namespace: z.string().nullish(),
  input: z.string(),
})
const CustomToolCallOutputItem = z.looseObject({
  type: z.literal('custom_tool_call_output'),
  call_id: z.string(),
  output: CallOutput,
})
/** Of any type: which there are, the router says. */
const Tool = z.looseObject({ type: z.string() })
export type ResponseTool = z.infer<typeof Tool>

/** Offered from here on, beside the request's own. */
const AdditionalToolsItem = z.looseObject({
  type: z.literal('additional_tools'),
  tools: z.array(Tool).max(256),
})
/** For tools that are not offered yet. Who searched itself, at OpenAI, left no `call_id`. */
const ToolSearchCallItem = z.looseObject({
  type: z.literal('tool_search_call'),
  call_id: z.string().nullish(),
  arguments: z.unknown(),
})
const ToolSearchOutputItem = z.looseObject({
  type: z.literal('tool_search_output'),
  call_id: z.string().nullish(),
  tools: z.array(Tool).max(256),
})
/** What one agent says to another. Its caller takes the arguments of some calls for sealed, and hands them on as they came. */
const AgentMessageItem = z.looseObject({
  type: z.literal('agent_message'),
  content: z.array(
    z.discriminatedUnion('type', [
      InputText,
      InputImage,
      z.looseObject({ type: z.literal('encrypted_content'), encrypted_content: z.string() }),
    ]),
  ),
})
/** OpenAI's own search in an answer that was given there. */
const WebSearchCallItem = z.looseObject({ type: z.literal('web_search_call') })
/** An answer's own, handed back. */
const ReasoningItem = z.looseObject({
  type: z.literal('reasoning'),
  encrypted_content: z.string().nullish(),
})
/** An item that the server is taken to have kept. */
const ItemReference = z.looseObject({ type: z.literal('item_reference'), id: z.string() })

/** A message needs no type. */
const InputItem = z.preprocess(
  (item) =>
    typeof item === 'object' && item !== null && (item as { type?: unknown }).type == null
      ? { ...item, type: 'role' in item ? 'message' : 'item_reference' }
      : item,
  z.discriminatedUnion('type', [
    MessageItem,
    FunctionCallItem,
    FunctionCallOutputItem,
    CustomToolCallItem,
    CustomToolCallOutputItem,
    AdditionalToolsItem,
    ToolSearchCallItem,
    ToolSearchOutputItem,
    AgentMessageItem,
    WebSearchCallItem,
    ReasoningItem,
    ItemReference,
  ]),
)
export type InputItem = z.infer<typeof InputItem>

const TextFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: z.string(),
    description: z.string().nullish(),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
])

const { shape } = ChatCompletionRequest

/** `POST /v1/responses`, in OpenAI's own shape. */
export const ResponsesRequest = z.looseObject({
  model: shape.model,
  input: z.union([z.string(), z.array(InputItem).min(1).max(4096)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  tools: z.array(Tool).max(256).nullish(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: z.string() })])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z.looseObject({ format: TextFormat.nullish(), verbosity: z.string().nullish() }).nullish(),
  reasoning: z
    .looseObject({ effort: shape.reasoning_effort, summary: z.string().nullish() })
    .nullish(),
  max_output_tokens: z.int().positive().nullish(),
  temperature: shape.temperature,
  top_p: shape.top_p,
  include: z.array(z.string()).nullish(),
  top_logprobs: shape.top_logprobs,
  metadata: z.record(z.string(), z.string()).nullish(),
  user: shape.user,
  service_tier: shape.service_tier,
  prompt_cache_key: shape.prompt_cache_key,
  safety_identifier: shape.safety_identifier,
  store: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  background: z.boolean().nullish(),
  conversation: z.unknown().optional(),
  prompt: z.unknown().optional(),
  brainlyx: BrainlyxRequestOptions.optional(),
})
export type ResponsesRequest = z.infer<typeof ResponsesRequest>
