import type { Express } from 'express'
import type { Caller } from '../admit/authenticate.ts'
import type { AppDependencies } from '../http/app-dependencies.ts'
import { registerAnswers } from '../http/register-answers.ts'
import { admitResponse } from './admit-response.ts'
import { responseForm } from './response-form.ts'

/** `POST /v1/responses`. */
export function registerResponses(app: Express, dependencies: AppDependencies): void {
  const { keptResponses } = dependencies
  const admit = async (json: unknown, caller: Caller) => {
    const admitted = await admitResponse(json, caller, keptResponses)
    const { asked, body } = admitted
    return { body, form: responseForm(admitted), asked: ['responses', asked] }
  }
  registerAnswers(app, '/v1/responses', admit, dependencies)
}
