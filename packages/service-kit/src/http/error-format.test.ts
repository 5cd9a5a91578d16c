import { expect, test } from 'vitest'
import { anthropicError } from '../anthropic-error.ts'
import { openAiError } from '../openai-error.ts'
import { toProblem } from '../problem.ts'
import { ServiceError } from '../service-error.ts'
import { errorFormatOf } from './error-format.ts'

test.each([
  ['/v1/messages', 'anthropic'],
  ['/V1/Messages/count_tokens', 'anthropic'],
  ['/v1/messagesandmore', 'openai'],
  ['/v1/chat/completions', 'openai'],
  ['/v1', 'openai'],
  ['/v10/messages', 'problem'],
  ['/api/v1/messages', 'problem'],
])('%s promises %s', (path, format) => {
  expect(errorFormatOf(path)).toBe(format)
})

test.each([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [404, 'not_found_error'],
  [409, 'invalid_request_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [502, 'api_error'],
  [503, 'overloaded_error'],
])('Anthropic’s word for %i is %s, and all of OpenAI’s shape is in it', (status, type) => {
  const error = new ServiceError({ code: 'some-problem', status, title: 'It failed.' })
  const openAi = openAiError(toProblem(error, 'trace'))
  expect(anthropicError(openAi)).toEqual({
    type: 'error',
    error: { ...openAi.error, type },
    request_id: 'trace',
  })
})

test('that a conversation is too long is said in the words that Anthropic’s programs look for', () => {
  const error = new ServiceError({ code: 'context-too-long', status: 400, title: 'It is long.' })
  const told = anthropicError(openAiError(toProblem(error, 'trace')))
  expect(told.error.message).toBe('prompt is too long: It is long.')
})
