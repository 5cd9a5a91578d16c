import { textOf } from './error-body.ts'
import type { ErrorObject } from './error-body.ts'

/**
 * How long a provider asks to wait, in ms: `retry-after-ms`, `retry-after` (seconds or an HTTP date), Google's
 * `RetryInfo`, or the words of the message. null where it does not say.
 */
export function retryAfterMsOf(
  headers: Headers | undefined,
  error: ErrorObject | undefined,
  now: number = Date.now(),
): number | null {
  return (
    fromMilliseconds(headers?.get('retry-after-ms')) ??
    fromRetryAfter(headers?.get('retry-after'), now) ??
    fromRetryInfo(error) ??
    fromMessage(textOf(error, 'message'))
  )
}

function fromMilliseconds(value: string | null | undefined): number | null {
  return value != null && /^\d+(\.\d+)?$/.test(value.trim()) ? Math.ceil(Number(value)) : null
}

function fromRetryAfter(value: string | null | undefined, now: number): number | null {
  if (value == null) return null
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value) * 1000)
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

function fromRetryInfo(error: ErrorObject | undefined): number | null {
  const details = error?.['details']
  if (!Array.isArray(details)) return null
  for (const detail of details as unknown[]) {
    const delay = (detail as { retryDelay?: unknown } | null)?.retryDelay
    if (typeof delay === 'string') return parseDurationMs(delay)
  }
  return null
}

function fromMessage(message: string): number | null {
  const match = /(?:try again|retry) in ((?:[\d.]+(?:ms|h|m|s))+)/i.exec(message)
  return match === null ? null : parseDurationMs(match[1]!)
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** `24m28.8s`, `300ms`, `2h`, `48.9s` → milliseconds, rounded up; null for anything else. */
export function parseDurationMs(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/.test(text)) return null
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) {
    total += Number(amount) * UNIT_MS[unit!]!
  }
  return Math.ceil(total)
}
