import type { Express } from 'express'
import { admitChat } from '../admit/admit-chat.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { completionForm } from './completion-form.ts'
import { registerAnswers } from './register-answers.ts'

/** `POST /v1/chat/completions`. */
export function registerChatCompletions(app: Express, dependencies: AppDependencies): void {
  const admit = (json: unknown) => {
    const { body, ...reads } = admitChat(json)
    return { body, form: completionForm(body, reads), asked: ['chat', body, ...reads.customNames] }
  }
  registerAnswers(app, '/v1/chat/completions', admit, dependencies)
}
