import { estimateInputTokens } from '../choose/estimate-tokens.ts'
import type { AnswerForm } from '../http/answer-form.ts'
import { namedEvents } from '../http/named-events.ts'
import type { AdmittedResponse } from './admit-response.ts'
import { ResponseFormer } from './response-former.ts'

/**
 * Answers in the form of the Responses API, which `keep` keeps for who goes on from them. Its streams have no place for a
 * restart: who reads one cannot be told to forget what it has.
 */
export function responseForm({ asked, body, tools, keep }: AdmittedResponse): AnswerForm {
  const tells = {
    inputTokens: estimateInputTokens(body),
    isKept: keep !== undefined,
    callersTools: tools.byName,
  }
  const former = (): ResponseFormer => new ResponseFormer({ ...asked, tools: tools.told }, tells)
  return {
    takesRestarts: false,
    format: namedEvents,
    stream() {
      const response = former()
      return {
        add: (parts) => response.add(parts),
        event: (event) => ({ brainlyx: event }),
        async end() {
          const events = response.end()
          // Who has heard of the end may go on from it at once.
          await keep?.(response.keptResponse())
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
          await keep?.(response.keptResponse())
          return response.response()
        },
      }
    },
  }
}
