import { z } from 'zod'
import {
  AllowedTools,
  FunctionTool,
  NamedFunction,
  SystemMessage,
  ToolCall,
  ToolMessage,
  UserMessage,
} from './chat-completion-request.ts'
import {
  FunctionMessage,
  LegacyAssistantMessage,
  LegacyChatCompletionRequest,
} from './legacy-functions.ts'

/** A tool whose input is text as it comes, not JSON: a patch, a query, a program. */
export const CustomTool = z.looseObject({
  name: z.string().min(1).max(128),
  description: z.string().nullish(),
})
export type CustomTool = z.infer<typeof CustomTool>

/** What all of an input must match. */
export const CustomToolGrammar = z.looseObject({
  syntax: z.enum(['lark', 'regex']),
  definition: z.string(),
})
export type CustomToolGrammar = z.infer<typeof CustomToolGrammar>

const TextFormat = z.looseObject({ type: z.literal('text') })

const ChatCustomTool = z.looseObject({
  type: z.literal('custom'),
  custom: CustomTool.extend({
    format: z
      .discriminatedUnion('type', [
        TextFormat,
        z.looseObject({ type: z.literal('grammar'), grammar: CustomToolGrammar }),
      ])
      .nullish(),
  }),
})

/** The same where the Responses API has it, without the levels between. */
export const ResponseCustomTool = CustomTool.extend({
  type: z.literal('custom'),
  format: z
    .discriminatedUnion('type', [
      TextFormat,
      CustomToolGrammar.extend({ type: z.literal('grammar') }),
    ])
    .nullish(),
})

const CustomToolCall = z.looseObject({
  id: z.string(),
  type: z.literal('custom'),
  custom: z.looseObject({ name: z.string().min(1), input: z.string() }),
})
export const CallingMessage = LegacyAssistantMessage.extend({
  tool_calls: z.array(z.discriminatedUnion('type', [ToolCall, CustomToolCall])).nullish(),
})

const NamedCustomTool = z.looseObject({
  type: z.literal('custom'),
  custom: z.looseObject({ name: z.string() }),
})
const NamedTool = z.discriminatedUnion('type', [NamedFunction, NamedCustomTool])
const AllowedOfBoth = AllowedTools.extend({
  allowed_tools: AllowedTools.shape.allowed_tools.extend({
    tools: z.array(NamedTool).min(1).max(256),
  }),
})

/** A chat completion's request with all that OpenAI takes: with custom tools, too. */
export const OpenAiChatRequest = LegacyChatCompletionRequest.extend({
  messages: z
    .array(
      z.discriminatedUnion('role', [
        SystemMessage,
        UserMessage,
        CallingMessage,
        ToolMessage,
        FunctionMessage,
      ]),
    )
    .min(1)
    .max(4096),
  tools: z
    .array(z.discriminatedUnion('type', [FunctionTool, ChatCustomTool]))
    .max(256)
    .nullish(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.discriminatedUnion('type', [NamedFunction, NamedCustomTool, AllowedOfBoth]),
    ])
    .nullish(),
})
export type OpenAiChatRequest = z.infer<typeof OpenAiChatRequest>
