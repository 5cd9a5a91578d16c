import { ServiceError } from '@brainlyx/service-kit'
import type { RequestHandler } from 'express'

/** The longest message, every character escaped as a form field (`%F0%9F…`), and the other fields. */
const LIMIT_BYTES = 2_500_000

/** Forms announce their length; what does not, or is larger than any form of ours, is refused unread. */
export const limitBody: RequestHandler = (request, _response, next) => {
  if (request.headers['transfer-encoding'] !== undefined) return next(tooLarge)
  next(Number(request.headers['content-length'] ?? 0) > LIMIT_BYTES ? tooLarge : undefined)
}

const tooLarge = new ServiceError({
  code: 'body-too-large',
  status: 413,
  title: 'This form is too large.',
  detail: 'Send a shorter message.',
})
