import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { estimateInputTokens } from '../choose/estimate-tokens.ts'
import type { AnswerForm } from '../http/answer-form.ts'
import { namedEvents } from '../http/named-events.ts'
import { MessageFormer } from './message-former.ts'

/** Answers in the form of Anthropic's Messages API, whose streams have no place for a restart. */
export function messageForm(body: ChatCompletionRequest): AnswerForm {
  const former = (): MessageFormer => new MessageFormer(body.model, estimateInputTokens(body))
  return {
    takesRestarts: false,
    format: namedEvents,
    stream() {
      const message = former()
      return {
        add: (parts) => message.add(parts),
        event: (event) => ({ brainlyx: event }),
        end: () => message.end(),
        fail: (error) => message.fail(error),
      }
    },
    whole() {
      const message = former()
      return {
        add: (parts) => void message.add(parts),
        form() {
          message.end()
          return message.message()
        },
      }
    },
  }
}
