import type { Logger } from '@brainlyx/service-kit'
import { ServiceError } from '@brainlyx/service-kit'
import { hash } from 'node:crypto'
import { callerName } from '../admit/authenticate.ts'
import type { Caller } from '../admit/authenticate.ts'
import type { Coordination } from '../coordination/coordination.ts'
import { canonicalDigest } from '../share/canonical-digest.ts'
import { seal, unseal } from '../coordination/seal.ts'

/** How long an answer is kept for whoever asks again: longer than a job's attempts are apart. */
const KEPT_MS = 60 * 60 * 1000
/** What is longer is not kept: it can be asked for again. */
const LONGEST_ANSWER = 1_000_000
/** A replica that dies holds a key no longer than this. */
const HELD_MS = 10_000
const RENEW_MS = 3_000
/** In place of an answer while it is being made. */
const RUNNING = 'running:'

export interface OnceRequest {
  readonly caller: Caller
  /** The caller's own, see {@link idempotencyKey}. */
  readonly key: string
  /** All that decides the answer. */
  readonly request: unknown
}

/** An answer as it was told: headers by name, and a body. */
export interface ToldAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Gives one answer to however many requests of one key, on whichever replica, within an hour: the second is told what
 * the first was, and no provider is called. A failure is not kept. What is kept can only be read by who sends the same
 * request with the same key: Redis has it sealed with both. Without Redis each request is answered by itself.
 * @throws {ServiceError} 409 `idempotency-key-in-use` while the first is being answered; 422 `idempotency-key-reused`
 *   where that was another request; what `answer` throws
 */
export type AnswerOnce = (
  asked: OnceRequest,
  answer: () => Promise<ToldAnswer>,
) => Promise<{ readonly told: ToldAnswer; readonly isRepeated: boolean }>

export function createAnswerOnce(options: {
  coordination: Coordination
  logger: Logger
}): AnswerOnce {
  const { coordination, logger } = options
  const lost = (error: unknown): void =>
    logger.warn({ err: error }, 'an answer is not kept for who asks again')

  return async (asked, answer) => {
    const { redis } = coordination
    const names = namesOf(asked)
    if (redis === undefined || names === undefined) {
      return { told: await answer(), isRepeated: false }
    }
    const mark = `${RUNNING}${crypto.randomUUID()}`
    const found = await redis.set(names.place, mark, 'PX', HELD_MS, 'NX', 'GET').catch(lost)
    if (typeof found === 'string') return { told: read(found, names.sealKey), isRepeated: true }
    const renewal = setInterval(() => {
      redis.eval(RENEW, 1, names.place, mark, HELD_MS).catch(lost)
    }, RENEW_MS)
    try {
      const told = await answer()
      const sealed = seal(JSON.stringify(told), names.sealKey)
      if (sealed.length <= LONGEST_ANSWER) {
        await redis.eval(KEEP, 1, names.place, mark, sealed, KEPT_MS).catch(lost)
      } else await redis.eval(RELEASE, 1, names.place, mark).catch(lost)
      return { told, isRepeated: false }
    } catch (error) {
      await redis.eval(RELEASE, 1, names.place, mark).catch(lost)
      throw error
    } finally {
      clearInterval(renewal)
    }
  }
}

// Each only while the place is still this request's.
const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('pexpire', KEYS[1], ARGV[2]) end`
const KEEP = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3]) end`
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`

/** @returns undefined for a request that has no digest of its own */
function namesOf({
  caller,
  key,
  request,
}: OnceRequest): { place: string; sealKey: string } | undefined {
  const digest = canonicalDigest(request)
  if (digest === undefined) return undefined
  const name = JSON.stringify([callerName(caller), key])
  return {
    place: `idempotency:${hash('sha256', name)}`,
    sealKey: hash('sha256', `${name} ${digest}`),
  }
}

function read(found: string, sealKey: string): ToldAnswer {
  if (found.startsWith(RUNNING)) {
    throw new ServiceError({
      code: 'idempotency-key-in-use',
      status: 409,
      title: 'This request is being answered.',
      detail: 'Another request with this Idempotency-Key has not ended yet. Try again in a moment.',
      retryable: true,
      retryAfterMs: 1_000,
    })
  }
  const told = unseal(found, sealKey)
  if (told !== undefined) return JSON.parse(told) as ToldAnswer
  throw new ServiceError({
    code: 'idempotency-key-reused',
    status: 422,
    title: 'This Idempotency-Key belongs to another request.',
    detail: 'A key names one request. Send another request with a key of its own.',
  })
}
