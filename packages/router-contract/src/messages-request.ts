import { z } from 'zod'
import { RedactedThinkingBlock, TextBlock, ThinkingBlock, ToolUseBlock } from './answer-blocks.ts'
import { AnthropicToolOptions, CacheControl } from './anthropic-options.ts'
import { BrainlyxRequestOptions, ChatCompletionRequest } from './chat-completion-request.ts'

const Base64Source = z.looseObject({
  type: z.literal('base64'),
  media_type: z.string(),
  data: z.string(),
})
const UrlSource = z.looseObject({ type: z.literal('url'), url: z.string().min(1) })
/** Of what was uploaded to Anthropic. */
const FileSource = z.looseObject({ type: z.literal('file'), file_id: z.string() })

const ImageBlock = z.looseObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [Base64Source, UrlSource, FileSource]),
  cache_control: CacheControl,
})
const DocumentBlock = z.looseObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    Base64Source,
    UrlSource,
    FileSource,
    z.looseObject({ type: z.literal('text'), data: z.string() }),
    z.looseObject({
      type: z.literal('content'),
      content: z.union([
        z.string(),
        z.array(z.discriminatedUnion('type', [TextBlock, ImageBlock])),
      ]),
    }),
  ]),
  title: z.string().nullish(),
  cache_control: CacheControl,
})
/** A passage that a program found. */
const SearchResultBlock = z.looseObject({
  type: z.literal('search_result'),
  source: z.string(),
  title: z.string(),
  content: z.array(TextBlock),
  cache_control: CacheControl,
})
/** A deferred tool, by its name in `tools`. */
const ToolReferenceBlock = z.looseObject({
  type: z.literal('tool_reference'),
  tool_name: z.string(),
})
const ToolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z
    .union([
      z.string(),
      z.array(
        z.discriminatedUnion('type', [
          TextBlock,
          ImageBlock,
          DocumentBlock,
          SearchResultBlock,
          ToolReferenceBlock,
        ]),
      ),
    ])
    .nullish(),
  is_error: z.boolean().nullish(),
  cache_control: CacheControl,
})
/** What Anthropic's servers ran in the middle of an answer, when they were asked without a router. */
const ServerBlock = z.looseObject({
  type: z.enum([
    'server_tool_use',
    'web_search_tool_result',
    'web_fetch_tool_result',
    'code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'tool_search_tool_result',
    'mcp_tool_use',
    'mcp_tool_result',
  ]),
})
/** In its place a conversation was cut down to this. */
const CompactionBlock = z.looseObject({
  type: z.literal('compaction'),
  content: z.string().nullish(),
})
const MessageBlock = z.discriminatedUnion('type', [
  TextBlock,
  ImageBlock,
  DocumentBlock,
  SearchResultBlock,
  ServerBlock,
  CompactionBlock,
  ToolResultBlock,
  ToolUseBlock,
  ThinkingBlock,
  RedactedThinkingBlock,
])
export type MessageBlock = z.infer<typeof MessageBlock>

const MessagesMessage = z.looseObject({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(MessageBlock)]),
})
export type MessagesMessage = z.infer<typeof MessagesMessage>

const toolOptions = AnthropicToolOptions.shape
/** Of any type: which there are, the router says. */
const MessagesTool = z.looseObject({
  type: z.string().nullish(),
  name: z.string().min(1).max(128),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()).nullish(),
  strict: toolOptions.strict.nullish(),
  defer_loading: toolOptions.defer_loading.nullish(),
  eager_input_streaming: toolOptions.eager_input_streaming.nullish(),
  input_examples: toolOptions.input_examples.nullish(),
  cache_control: CacheControl,
})

const oneAtATime = { disable_parallel_tool_use: z.boolean().nullish() }
const MessagesToolChoice = z.discriminatedUnion('type', [
  z.looseObject({ type: z.enum(['auto', 'any', 'none']), ...oneAtATime }),
  z.looseObject({ type: z.literal('tool'), name: z.string(), ...oneAtATime }),
])

const Thinking = z.looseObject({
  type: z.enum(['enabled', 'adaptive', 'between_tools', 'disabled']),
  budget_tokens: z.int().positive().nullish(),
})

const OutputFormat = z.looseObject({
  type: z.literal('json_schema'),
  schema: z.record(z.string(), z.unknown()),
})

const { shape } = ChatCompletionRequest

/** What a count of tokens is asked with. */
export const MessagesInput = z.looseObject({
  model: shape.model,
  messages: z.array(MessagesMessage).min(1).max(4096),
  system: z.union([z.string(), z.array(TextBlock)]).nullish(),
  tools: z.array(MessagesTool).max(256).nullish(),
  tool_choice: MessagesToolChoice.nullish(),
  thinking: Thinking.nullish(),
  output_config: z
    .looseObject({ effort: z.string().nullish(), format: OutputFormat.nullish() })
    .nullish(),
  /** Its older place. */
  output_format: OutputFormat.nullish(),
  mcp_servers: z.array(z.unknown()).nullish(),
  container: z.unknown().optional(),
  thread: z.unknown().optional(),
})
export type MessagesInput = z.infer<typeof MessagesInput>

/** `POST /v1/messages`, in Anthropic's own shape. */
export const MessagesRequest = MessagesInput.extend({
  max_tokens: z.int().positive(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: shape.top_p,
  top_k: shape.top_k,
  stop_sequences: z.array(z.string()).max(16).nullish(),
  cache_control: CacheControl,
  inference_geo: z.string().nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
  brainlyx: BrainlyxRequestOptions.optional(),
})
export type MessagesRequest = z.infer<typeof MessagesRequest>
