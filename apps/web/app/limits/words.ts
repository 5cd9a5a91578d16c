import type { LimitName, StandingReason } from '@brainlyx/chat-contract'

export const LIMIT_TITLES: Readonly<Record<LimitName, string>> = {
  requests: 'Requests at once',
  'critical-requests': 'Requests to follow and stop answers',
  messages: 'Messages today',
  tokens: 'Tokens today',
  answers: 'Answers being written at once',
  readers: 'Pages that follow answers at once',
}

export const STANDING_WORDS: Readonly<Record<StandingReason, string>> = {
  new: 'You have what your tier gives. It grows with days on which you use Brainlyx well.',
  'good-days': 'You have used Brainlyx well for some days, and so there is more for you.',
  recovering:
    'It was lower. Each day without trouble gives back a quarter of what your tier gives.',
  'too-many-requests':
    'Something has sent requests on and on after it was told to wait. Look for a program that does not heed Retry-After.',
  'failed-sign-ins': 'Many sign-ins were tried from here and failed.',
  'refused-content': 'Providers have refused several of your messages for what was in them.',
}

const numbers = new Intl.NumberFormat('en')

export function formatCount(count: number): string {
  return numbers.format(count)
}

export function fileSize(bytes: number): string {
  const megabytes = bytes / 1024 / 1024
  return megabytes >= 1
    ? `${formatCount(Math.floor(megabytes))} MB`
    : `${formatCount(Math.max(1, Math.floor(bytes / 1024)))} kB`
}

/** `in 3 minutes`; the same on the server and in the browser, wherever they are. */
export function timeUntil(then: string, now: number): string {
  const seconds = Math.max(1, Math.ceil((Date.parse(then) - now) / 1000))
  const [amount, unit] =
    seconds < 100
      ? [seconds, 'second']
      : seconds < 100 * 60
        ? [Math.round(seconds / 60), 'minute']
        : [Math.round(seconds / 3600), 'hour']
  return `in ${amount} ${unit}${amount === 1 ? '' : 's'}`
}
