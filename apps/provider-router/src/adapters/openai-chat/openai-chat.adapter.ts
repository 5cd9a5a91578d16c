import { bodyOf, isJson } from '../connection/response-body.ts'
import { guardCall, guardStream } from '../failure/guard-call.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import type { StreamPart } from '../stream-part.ts'
import { buildCompletion } from './build-completion.ts'
import { checkOpenAiCredential, embedByOpenAi } from './openai-extras.ts'
import { openaiClient } from './openai-client.ts'
import { readCompletion, readCompletionStream } from './read-completion.ts'

/** OpenAI's Chat Completions, and every server that speaks like it. */
export const openaiChatAdapter: ProviderAdapter = {
  stream: (call) => guardStream(call.signal, stream(call)),
  complete: (call) =>
    guardCall(call.signal, async () =>
      readCompletion(
        await openaiClient(call.target).chat.completions.create(
          { ...buildCompletion(call), stream: false },
          { signal: call.signal },
        ),
      ),
    ),
  embed: embedByOpenAi,
  checkCredential: checkOpenAiCredential,
}

async function* stream(call: ProviderCall): AsyncGenerator<StreamPart> {
  const response = await openaiClient(call.target)
    .chat.completions.create(
      { ...buildCompletion(call), stream: true, stream_options: { include_usage: true } },
      { signal: call.signal },
    )
    .asResponse()
  if (isJson(response)) yield* readCompletion(await response.json())
  else yield* readCompletionStream(bodyOf(response))
}
