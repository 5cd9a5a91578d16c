import { openAiFailure } from '../openai-chat/openai-failure.ts'
import { openAiHeaders } from '../openai-chat/openai-headers.ts'
import type { Exchange, Wire } from '../wire.ts'
import { readResponsesRequest } from './read-responses-request.ts'
import { finishedItem, outputItems, responseObject, responsesFinish } from './response-object.ts'
import { responsesFrames } from './responses-frames.ts'

/** OpenAI's `POST /v1/responses`. */
export const openAiResponses: Wire = {
  provider: 'openai',
  endpoint: '/v1/responses',
  opensEarly: true,
  eventStreamType: 'text/event-stream; charset=utf-8',
  read: readResponsesRequest,
  headers: openAiHeaders,
  frames: responsesFrames,
  document: documentOf,
  garbage: () =>
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',
  streamError: (exchange) => {
    const error = {
      code: 'server_error',
      message: 'The server had an error while processing your request. Sorry about that!',
    }
    const event = {
      type: 'error',
      sequence_number: 0,
      error: { type: 'server_error', ...error, param: null },
    }
    const response = responseObject(exchange, { status: 'failed', error, output: [] })
    const failed = { type: 'response.failed', sequence_number: 1, response }
    return `event: error\ndata: ${JSON.stringify(event)}\n\nevent: response.failed\ndata: ${JSON.stringify(failed)}\n\n`
  },
  failure: (failure, { model }) => openAiFailure(failure, model, 'responses'),
}

function documentOf(exchange: Exchange): { body: unknown; finish: string } {
  const { production } = exchange
  const finish = responsesFinish(production.finish)
  const output = outputItems(production).map((item) => finishedItem(item, production))
  const body = responseObject(exchange, { status: finish.status, reason: finish.reason, output })
  return { body, finish: finish.word }
}
