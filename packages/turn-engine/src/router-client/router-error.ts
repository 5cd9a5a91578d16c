import { OpenAiErrorBody } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'

const TITLE = 'The answer could not be made.'

/**
 * The router's error, as it leaves for our own users. Its sentences are the router's own and never a provider's.
 * @param status of the response; absent inside a stream
 * @param title what could not be done
 */
export function routerError(body: unknown, status?: number, title = TITLE): ServiceError {
  const parsed = OpenAiErrorBody.safeParse(body)
  if (!parsed.success) return unreadable(status)
  const { problem, code, message, param, retryable, retryAfterMs } = parsed.data.error
  const meant = status ?? parsed.data.error.status ?? 502
  // That the router refuses us is our set-up's fault, not the user's.
  if (status === 401 || status === 403) return refused(message)
  return new ServiceError({
    code: problem ?? code ?? 'provider-unavailable',
    status: meant,
    title,
    detail: message,
    retryable: retryable ?? meant >= 500,
    retryAfterMs: retryAfterMs ?? undefined,
    fields: param === null ? undefined : [{ path: param, message }],
  })
}

export function routerAway(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'router-unavailable',
    status: 503,
    title: TITLE,
    detail: 'The part that calls the models does not answer. Try again in a moment.',
    retryable: true,
    cause,
  })
}

/** Nothing of the request arrived: there was no connection to send it on. */
export function wasNotReached(error: unknown): boolean {
  if (!(error instanceof ServiceError) || error.code !== 'router-unavailable') return false
  const { cause } = error
  return cause instanceof Error && NO_CONNECTION.has((cause as NodeJS.ErrnoException).code ?? '')
}

const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The stream ended without saying that it was complete: what came until then is not a whole answer. */
export function answerCut(cause?: unknown): ServiceError {
  return new ServiceError({
    code: 'answer-cut',
    status: 502,
    title: 'The answer broke off.',
    detail: 'What came until then is kept. Try again for a whole answer.',
    retryable: true,
    cause,
  })
}

function refused(message: string): ServiceError {
  return new ServiceError({
    code: 'router-refused',
    status: 502,
    title: TITLE,
    detail:
      'The services of this installation do not accept each other; its administrator has to check their tokens.',
    cause: new Error(message),
  })
}

function unreadable(status?: number): ServiceError {
  return new ServiceError({
    code: 'router-malformed',
    status: 502,
    title: TITLE,
    detail: 'The part that calls the models gave an answer that cannot be read.',
    retryable: true,
    cause: new Error(`status ${status ?? 'in a stream'}`),
  })
}
