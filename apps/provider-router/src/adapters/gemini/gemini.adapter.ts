import { GoogleGenerativeAI } from '@google/generative-ai'
import type { GenerateContentRequest } from '@google/generative-ai'
import { traceHeaders } from '../connection/trace-headers.ts'
import { defineAdapter } from '../define-adapter.ts'
import { guardCall } from '../failure/guard-call.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import type { StreamPart } from '../stream-part.ts'
import { buildContent } from './build-content.ts'
import { embedByGemini } from './embed-content.ts'
import { splitVersion } from './gemini-url.ts'
import { ContentReader, readContent } from './read-content.ts'
import { send } from './send.ts'
import { unwrapGoogleError } from './unwrap-google-error.ts'

/**
 * Google's SDK makes the plain calls. It hides the raw response of a stream, and a cut one ends the process unless a
 * second promise is caught, so streams are requested here and read like everybody else's.
 */
export const geminiAdapter: ProviderAdapter = {
  ...defineAdapter({
    send: (call) => {
      const path = `models/${encodeURIComponent(call.target.model)}:streamGenerateContent?alt=sse`
      return send(call.target, path, buildContent(call), call.signal)
    },
    reader: () => new ContentReader(),
    readDocument: readContent,
  }),
  complete: (call) => guardCall(call.signal, () => complete(call)),
  embed: embedByGemini,
  checkCredential: ({ target, signal }) =>
    guardCall(signal, async () => {
      await (await send(target, 'models?pageSize=1', undefined, signal)).text()
    }),
}

async function complete(call: ProviderCall): Promise<StreamPart[]> {
  const { origin, version } = splitVersion(call.target.baseUrl)
  const model = new GoogleGenerativeAI(call.target.apiKey).getGenerativeModel(
    { model: call.target.model },
    { baseUrl: origin, apiVersion: version, customHeaders: traceHeaders() },
  )
  try {
    const { response } = await model.generateContent(
      buildContent(call) as unknown as GenerateContentRequest,
      { signal: call.signal },
    )
    return readContent(response)
  } catch (error) {
    throw unwrapGoogleError(error)
  }
}
