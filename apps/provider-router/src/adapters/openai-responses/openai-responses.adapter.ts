import { rawResponse } from '../connection/provider-fetch.ts'
import type { ProviderResponse } from '../connection/provider-response.ts'
import { defineAdapter } from '../define-adapter.ts'
import { openaiClient } from '../openai-chat/openai-client.ts'
import { checkOpenAiCredential, embedByOpenAi } from '../openai-chat/openai-extras.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import { buildResponse } from './build-response.ts'
import { withoutRefusedSeals } from './sealed-reasoning.ts'
import { ResponseReader, readResponse } from './read-response.ts'

/** OpenAI's Responses API: the one that shows summaries of the reasoning. */
export const openaiResponsesAdapter: ProviderAdapter = {
  ...defineAdapter({ send, reader: () => new ResponseReader(), readDocument: readResponse }),
  embed: embedByOpenAi,
  embedsTokens: true,
  checkCredential: checkOpenAiCredential,
}

async function send(call: ProviderCall, stream: boolean): Promise<ProviderResponse> {
  try {
    return await ask(call, stream)
  } catch (error) {
    const again = withoutRefusedSeals(call, error)
    if (again === undefined) throw error
    return ask(again, stream)
  }
}

async function ask(call: ProviderCall, stream: boolean): Promise<ProviderResponse> {
  const { signal } = call
  const body = { ...buildResponse(call), stream }
  return rawResponse(
    await openaiClient(call.target).responses.create(body, { signal }).asResponse(),
  )
}
