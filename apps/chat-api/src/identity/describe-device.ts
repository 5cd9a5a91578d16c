import Bowser from 'bowser'

/** No browser says more. */
const LONGEST = 512

/** A user agent in words, as people tell their devices apart: `Safari on iOS`. null where it tells nothing. */
export function describeDevice(userAgent: string | null): string | null {
  if (userAgent === null || userAgent === '') return null
  const { browser, os } = Bowser.parse(userAgent.slice(0, LONGEST))
  if (!browser.name) return os.name ?? null
  return os.name === undefined ? browser.name : `${browser.name} on ${os.name}`
}
