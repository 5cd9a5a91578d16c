import type { LimitName } from '@brainlyx/chat-contract'
import { ServiceError } from '@brainlyx/service-kit'

const TITLE = 'That is more than your limits allow.'
const IN_FULL = 'Settings → Limits shows all of them.'

/** @param reached.shared guests at one address have it together */
export function tooManyRequests(reached: {
  name: LimitName
  limit: number
  perMinute: number
  retryAfterMs: number
  shared: boolean
}): ServiceError {
  const { name, shared, retryAfterMs } = reached
  return new ServiceError({
    code: 'too-many-requests',
    status: 429,
    title: TITLE,
    detail: `${wordsOf(reached)} ${shared ? 'Guests at one address share this: an account has limits of its own.' : IN_FULL}`,
    retryable: true,
    retryAfterMs,
    limit: name,
  })
}

function wordsOf({
  name,
  limit,
  perMinute,
}: {
  name: LimitName
  limit: number
  perMinute: number
}): string {
  const count = limit.toLocaleString('en')
  switch (name) {
    case 'requests':
    case 'critical-requests':
      return `You may send ${Math.floor(perMinute).toLocaleString('en')} requests a minute, ${count} of them at once. Wait a moment.`
    case 'messages':
      return `You have sent the ${count} messages of today. There are new ones at midnight UTC.`
    case 'tokens':
      return `You have used the ${count} tokens of today. There are new ones at midnight UTC.`
    case 'answers':
      return limit === 1
        ? 'One answer is written at a time. Wait for its end, or stop it.'
        : `${count} answers are written at once. Wait for one to end, or stop one.`
    case 'readers':
      return `You follow answers in ${count} places at once. Close one of them.`
  }
}

/** @param why where the process had no room for it */
export function overloaded(why: 'reserve' | 'pressure'): ServiceError {
  return new ServiceError({
    code: 'overloaded',
    status: 503,
    title: 'There is too much to do at the moment.',
    detail: 'Answers that are being written go on. Try this again in a few seconds.',
    retryable: true,
    retryAfterMs: why === 'reserve' ? 1_000 : 3_000,
  })
}

export function modelNotInTier(model: string): ServiceError {
  return new ServiceError({
    code: 'model-not-in-tier',
    status: 403,
    title: 'This model is not among yours.',
    detail: 'Choose another one; an administrator decides which belong to your tier.',
    fields: [{ path: 'model', message: `${model} is not among yours` }],
  })
}
