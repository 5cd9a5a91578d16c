import type { Express } from 'express'
import { estimateInputTokens } from '../choose/estimate-tokens.ts'
import type { AppDependencies } from '../http/app-dependencies.ts'
import { authenticated } from '../http/authenticated.ts'
import { registerAnswers } from '../http/register-answers.ts'
import { selectModel } from '../select/select-model.ts'
import { admitInput, admitMessage } from './admit-message.ts'
import { messageForm } from './message-form.ts'

/** `POST /v1/messages`, and `POST /v1/messages/count_tokens`, which is the router's own estimate. */
export function registerMessages(app: Express, dependencies: AppDependencies): void {
  const admit = (json: unknown) => {
    const { asked, body } = admitMessage(json)
    return { body, form: messageForm(body), asked: ['messages', asked] }
  }
  registerAnswers(app, '/v1/messages', admit, dependencies)
  const { authenticate, table } = dependencies
  app.post(
    '/v1/messages/count_tokens',
    authenticated(authenticate, (request, response) => {
      const body = admitInput(request.body)
      selectModel(table(), body.model)
      response.json({ input_tokens: estimateInputTokens(body) })
    }),
  )
}
