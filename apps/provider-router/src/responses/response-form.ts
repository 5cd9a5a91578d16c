import type { ChatCompletionRequest, ResponsesRequest } from '@brainlyx/router-contract'
import { estimateInputTokens } from '../choose/estimate-tokens.ts'
import type { AnswerForm } from '../http/answer-form.ts'
import { COMPLETION_FORMAT } from '../http/completion-stream.ts'
import type { StreamFormat } from '../http/completion-stream.ts'
import { ResponseFormer } from './response-former.ts'

/** The last event says that it is the last. */
const RESPONSE_FORMAT: StreamFormat = { frame, endMark: '' }
/** Our own services know a stream's end by the same mark as everywhere. */
const SERVICE_FORMAT: StreamFormat = { frame, endMark: COMPLETION_FORMAT.endMark }

/**
 * Answers in the form of the Responses API. Its streams have no place for a restart: who reads one cannot be told to
 * forget what it has.
 */
export function responseForm(asked: ResponsesRequest, body: ChatCompletionRequest): AnswerForm {
  const former = (): ResponseFormer => new ResponseFormer(asked, estimateInputTokens(body))
  return {
    takesRestarts: false,
    format: ({ readsEvents }) => (readsEvents ? SERVICE_FORMAT : RESPONSE_FORMAT),
    stream() {
      const response = former()
      return {
        add: (parts) => response.add(parts),
        event: (event) => ({ brainlyx: event }),
        end: () => response.end(),
        fail: (error) => response.fail(error),
      }
    },
    whole() {
      const response = former()
      return {
        add: (parts) => void response.add(parts),
        form() {
          response.end()
          return response.response()
        },
      }
    },
  }
}

function frame(item: object): string {
  const named = 'type' in item && typeof item.type === 'string' ? `event: ${item.type}\n` : ''
  return `${named}${COMPLETION_FORMAT.frame(item)}`
}
