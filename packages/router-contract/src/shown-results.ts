import { z } from 'zod'
import {
  FilePart,
  ImagePart,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserMessage,
} from './chat-completion-request.ts'
import { CallingMessage, OpenAiChatRequest } from './custom-tools.ts'
import { FunctionMessage } from './legacy-functions.ts'

/** What a tool gave, with pictures and files, too: clients send them so, though OpenAI takes them of a person alone. */
export const ShowingToolMessage = ToolMessage.extend({
  content: z.union([
    z.string(),
    z.array(z.discriminatedUnion('type', [TextPart, ImagePart, FilePart])),
  ]),
})
export type ShowingToolMessage = z.infer<typeof ShowingToolMessage>

/** `POST /v1/chat/completions`, with all that is taken. */
export const OpenAiChatBody = OpenAiChatRequest.extend({
  messages: z
    .array(
      z.discriminatedUnion('role', [
        SystemMessage,
        UserMessage,
        CallingMessage,
        ShowingToolMessage,
        FunctionMessage,
      ]),
    )
    .min(1)
    .max(4096),
})
export type OpenAiChatBody = z.infer<typeof OpenAiChatBody>
