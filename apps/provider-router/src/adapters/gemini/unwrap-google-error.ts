import { GoogleGenerativeAIFetchError } from '@google/generative-ai'
import { classifyFailure } from '../failure/classify-failure.ts'

/**
 * Google's SDK writes URL, status, message and details into one sentence: «[GoogleGenerativeAI Error]: Error
 * fetching from URL: [429 Too Many Requests] words [details]». The words are taken out of it again.
 */
export function unwrapGoogleError(thrown: unknown): unknown {
  if (!(thrown instanceof GoogleGenerativeAIFetchError) || thrown.status === undefined)
    return thrown
  const { status, statusText = '', errorDetails } = thrown
  const start = thrown.message.indexOf(`[${status} ${statusText}]`)
  const words =
    start === -1 ? thrown.message : thrown.message.slice(start + `[${status} ${statusText}]`.length)
  const details = errorDetails === undefined ? '' : ` ${JSON.stringify(errorDetails)}`
  const message = (
    words.endsWith(details) ? words.slice(0, words.length - details.length) : words
  ).trim()
  const body = {
    code: status,
    message,
    ...(errorDetails === undefined ? {} : { details: errorDetails }),
  }
  return classifyFailure({ status, body: { error: body }, cause: thrown })
}
