import { randomHex } from '../identifier.ts'

/** Headers of OpenAI's successful answers. The limits never run out: a test that needs a 429 asks for one. */
export function openAiHeaders(): Record<string, string> {
  return {
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '30000000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-remaining-tokens': '29999000',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '2ms',
    'x-request-id': `req_${randomHex(32)}`,
  }
}
