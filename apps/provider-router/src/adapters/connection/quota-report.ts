import { parseDurationMs } from '../failure/retry-after.ts'
import type { QuotaFacts } from '../../quota/quotas.ts'
import type { QuotaReport } from '../stream-part.ts'

/** Asks a response for one of its headers, by its name in lower case. */
export type HeaderLookup = (name: string) => string | null | undefined

/**
 * What a response's headers tell of the account's limits: OpenAI's and Groq's `x-ratelimit-*`, Anthropic's
 * `anthropic-ratelimit-*`.
 * @param options.dailyRequests the count of requests is of a day, so that only its exhaustion tells something (Groq)
 */
export function quotaReport(
  header: HeaderLookup,
  options: { dailyRequests?: boolean; nowMs?: () => number } = {},
): QuotaReport | undefined {
  const { dailyRequests = false, nowMs = Date.now } = options
  const requests = facts(header, REQUESTS, nowMs)
  const tokens = facts(header, TOKENS, nowMs)
  const counted = dailyRequests && requests?.remaining !== 0 ? undefined : requests
  if (counted === undefined && tokens === undefined) return undefined
  return { type: 'quota-report', requests: counted, tokens }
}

interface Names {
  readonly limit: string
  readonly remaining: string
  readonly reset: string
}

function namesOf(what: string): readonly Names[] {
  return [
    {
      limit: `x-ratelimit-limit-${what}`,
      remaining: `x-ratelimit-remaining-${what}`,
      reset: `x-ratelimit-reset-${what}`,
    },
    {
      limit: `anthropic-ratelimit-${what}-limit`,
      remaining: `anthropic-ratelimit-${what}-remaining`,
      reset: `anthropic-ratelimit-${what}-reset`,
    },
  ]
}

const REQUESTS = namesOf('requests')
const TOKENS = namesOf('tokens')

function facts(
  header: HeaderLookup,
  families: readonly Names[],
  nowMs: () => number,
): QuotaFacts | undefined {
  for (const names of families) {
    const limit = count(header(names.limit))
    const remaining = count(header(names.remaining))
    if (limit === undefined && remaining === undefined) continue
    return { limit, remaining, resetMs: resetMs(header(names.reset), nowMs) }
  }
  return undefined
}

function count(text: string | null | undefined): number | undefined {
  return text != null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined
}

/** `24m28.8s` (Groq), `300ms` (OpenAI), seconds, or a time (Anthropic). One in the past tells nothing. */
function resetMs(text: string | null | undefined, nowMs: () => number): number | undefined {
  if (text == null) return undefined
  const duration = parseDurationMs(text)
  if (duration !== null) return duration
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const inMs = Date.parse(text) - nowMs()
  return inMs > 0 ? inMs : undefined
}
