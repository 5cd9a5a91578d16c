import { bodyOf, isJson } from '../connection/response-body.ts'
import { guardCall, guardStream } from '../failure/guard-call.ts'
import { openaiClient } from '../openai-chat/openai-client.ts'
import { checkOpenAiCredential, embedByOpenAi } from '../openai-chat/openai-extras.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import type { StreamPart } from '../stream-part.ts'
import { buildResponse } from './build-response.ts'
import { readResponse, readResponseStream } from './read-response.ts'

/** OpenAI's Responses API: the one that shows summaries of the reasoning. */
export const openaiResponsesAdapter: ProviderAdapter = {
  stream: (call) => guardStream(call.signal, stream(call)),
  complete: (call) =>
    guardCall(call.signal, async () =>
      readResponse(
        await openaiClient(call.target).responses.create(
          { ...buildResponse(call), stream: false },
          { signal: call.signal },
        ),
      ),
    ),
  embed: embedByOpenAi,
  checkCredential: checkOpenAiCredential,
}

async function* stream(call: ProviderCall): AsyncGenerator<StreamPart> {
  const response = await openaiClient(call.target)
    .responses.create({ ...buildResponse(call), stream: true }, { signal: call.signal })
    .asResponse()
  if (isJson(response)) yield* readResponse(await response.json())
  else yield* readResponseStream(bodyOf(response))
}
