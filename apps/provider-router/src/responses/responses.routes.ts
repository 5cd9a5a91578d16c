import type { Express } from 'express'
import type { AppDependencies } from '../http/app-dependencies.ts'
import { registerAnswers } from '../http/register-answers.ts'
import { admitResponse } from './admit-response.ts'
import { responseForm } from './response-form.ts'

/** `POST /v1/responses`. */
export function registerResponses(app: Express, dependencies: AppDependencies): void {
  const admit = (json: unknown) => {
    const { asked, body } = admitResponse(json)
    return { body, form: responseForm(asked, body), asked: ['responses', asked] }
  }
  registerAnswers(app, '/v1/responses', admit, dependencies)
}
