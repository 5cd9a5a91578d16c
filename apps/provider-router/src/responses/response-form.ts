import type { ChatCompletionRequest, ResponsesRequest } from '@brainlyx/router-contract'
import { estimateInputTokens } from '../choose/estimate-tokens.ts'
import type { AnswerForm } from '../http/answer-form.ts'
import { COMPLETION_FORMAT } from '../http/completion-stream.ts'
import type { StreamFormat } from '../http/completion-stream.ts'
import type { AdmittedResponse } from './admit-response.ts'
import { ResponseFormer } from './response-former.ts'

/** The last event says that it is the last. */
const RESPONSE_FORMAT: StreamFormat = { frame, endMark: '' }
/** Our own services know a stream's end by the same mark as everywhere. */
const SERVICE_FORMAT: StreamFormat = { frame, endMark: COMPLETION_FORMAT.endMark }

/**
 * Answers in the form of the Responses API, which `keep` keeps for who goes on from them. Its streams have no place for a
 * restart: who reads one cannot be told to forget what it has.
 */
export function responseForm(
  asked: ResponsesRequest,
  body: ChatCompletionRequest,
  keep: AdmittedResponse['keep'],
): AnswerForm {
  const tells = { inputTokens: estimateInputTokens(body), isKept: keep !== undefined }
  const former = (): ResponseFormer => new ResponseFormer(asked, tells)
  return {
    takesRestarts: false,
    format: ({ readsEvents }) => (readsEvents ? SERVICE_FORMAT : RESPONSE_FORMAT),
    stream() {
      const response = former()
      return {
        add: (parts) => response.add(parts),
        event: (event) => ({ brainlyx: event }),
        async end() {
          const events = response.end()
          // Who has heard of the end may go on from it at once.
          await keep?.(response.response())
          return events
        },
        fail: (error) => response.fail(error),
      }
    },
    whole() {
      const response = former()
      return {
        add: (parts) => void response.add(parts),
        async form() {
          response.end()
          const whole = response.response()
          await keep?.(whole)
          return whole
        },
      }
    },
  }
}

function frame(item: object): string {
  const named = 'type' in item && typeof item.type === 'string' ? `event: ${item.type}\n` : ''
  return `${named}${COMPLETION_FORMAT.frame(item)}`
}
