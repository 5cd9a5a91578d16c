import { z } from 'zod'
import {
  CacheControl,
  RedactedThinkingBlock,
  TextBlock,
  ThinkingBlock,
  ToolUseBlock,
} from './answer-blocks.ts'
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
const ToolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z
    .union([
      z.string(),
      z.array(z.discriminatedUnion('type', [TextBlock, ImageBlock, DocumentBlock])),
    ])
    .nullish(),
  is_error: z.boolean().nullish(),
  cache_control: CacheControl,
})
const MessageBlock = z.discriminatedUnion('type', [
  TextBlock,
  ImageBlock,
  DocumentBlock,
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

/** Of any type: which there are, the router says. */
const MessagesTool = z.looseObject({
  type: z.string().nullish(),
  name: z.string().min(1).max(128),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
  cache_control: CacheControl,
})

const oneAtATime = { disable_parallel_tool_use: z.boolean().nullish() }
const MessagesToolChoice = z.discriminatedUnion('type', [
  z.looseObject({ type: z.enum(['auto', 'any', 'none']), ...oneAtATime }),
  z.looseObject({ type: z.literal('tool'), name: z.string(), ...oneAtATime }),
])

const Thinking = z.looseObject({
  type: z.enum(['enabled', 'adaptive', 'disabled']),
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
})
export type MessagesInput = z.infer<typeof MessagesInput>

/** `POST /v1/messages`, in Anthropic's own shape. */
export const MessagesRequest = MessagesInput.extend({
  max_tokens: z.int().positive(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: shape.top_p,
  stop_sequences: z.array(z.string()).max(16).nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
  brainlyx: BrainlyxRequestOptions.optional(),
})
export type MessagesRequest = z.infer<typeof MessagesRequest>
