import { z } from 'zod'
import {
  AssistantMessage,
  ChatCompletionRequest,
  FunctionTool,
  SystemMessage,
  ToolMessage,
  UserMessage,
} from './chat-completion-request.ts'

export const LegacyAssistantMessage = AssistantMessage.extend({
  function_call: z.looseObject({ name: z.string().min(1), arguments: z.string() }).nullish(),
})
/** What a function gave, in the older form: which call it belongs to is told by the function's name. */
export const FunctionMessage = z.looseObject({
  role: z.literal('function'),
  name: z.string().min(1),
  content: z.string().nullable(),
})

/**
 * A chat completion's request as OpenAI takes it to this day: with `functions` too, which came before `tools` and of
 * which a model calls one at a time.
 */
export const LegacyChatCompletionRequest = ChatCompletionRequest.extend({
  messages: z
    .array(
      z.discriminatedUnion('role', [
        SystemMessage,
        UserMessage,
        LegacyAssistantMessage,
        ToolMessage,
        FunctionMessage,
      ]),
    )
    .min(1)
    .max(4096),
  functions: z.array(FunctionTool.shape.function).max(256).nullish(),
  function_call: z.union([z.enum(['none', 'auto']), z.looseObject({ name: z.string() })]).nullish(),
})
export type LegacyChatCompletionRequest = z.infer<typeof LegacyChatCompletionRequest>
