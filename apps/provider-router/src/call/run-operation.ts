import type { BrainlyxEvent } from '@brainlyx/router-contract'
import { AttemptAccount } from '../account/attempt-account.ts'
import type { AttemptObserver } from '../account/observe-attempts.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/choose-candidates.ts'
import type { CredentialHealth } from '../credential/credential-health.ts'
import type { TimeLimits } from '../select/deployment.ts'
import { isDelivery } from './is-delivery.ts'
import { limitTime } from './limit-time.ts'
import { nextCandidates } from './next-candidates.ts'
import type { Operation } from './operation.ts'
import { retryDelayMs } from './retry-delay.ts'
import { RouteFailure, mostTelling } from './route-failure.ts'

export interface CallDependencies {
  readonly health: CredentialHealth
  readonly observe: AttemptObserver
  /** A clock that never goes back. */
  readonly nowMs: () => number
  readonly random: () => number
  /** Resolves after that time, or as soon as the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly newAttemptId: () => string
}

export type RouteEvent =
  | { readonly type: 'event'; readonly event: BrainlyxEvent }
  /** `candidate` is who answers: the same one from the first part to the last. */
  | { readonly type: 'part'; readonly part: StreamPart; readonly candidate: Candidate }

/**
 * Tries the candidates in order until one delivers, within one deadline. What a failed one sent before it delivered
 * is never seen. Where nothing else is left, the last may be tried once more. After the first delivered part a
 * failure is final.
 * @throws {RouteFailure}, or the reason of `signal`
 */
export async function* runOperation(
  operation: Operation,
  options: { candidates: readonly Candidate[]; deadlineMs: number; signal: AbortSignal },
  dependencies: CallDependencies,
): AsyncGenerator<RouteEvent> {
  const { nowMs, random, sleep, health } = dependencies
  const { signal } = options
  const deadlineAt = nowMs() + options.deadlineMs
  const failures: ProviderError[] = []
  let queue = [...options.candidates]
  let mayRetry = true
  for (let candidate = queue.shift(); candidate !== undefined; candidate = queue.shift()) {
    const outcome = yield* attempt(operation, candidate, { signal, deadlineAt }, dependencies)
    if (outcome.type === 'completed') return
    const { error } = outcome
    failures.push(error)
    noteCredential(health, candidate, error)
    if (outcome.delivered) throw new RouteFailure(error, failures.length)
    if (nowMs() >= deadlineAt) break
    queue = nextCandidates(error, candidate, queue)
    const delayMs = queue.length === 0 && mayRetry ? retryDelayMs(error, random()) : undefined
    if (delayMs !== undefined && nowMs() + delayMs < deadlineAt) {
      mayRetry = false
      await sleep(delayMs, signal)
      queue.push(candidate)
    }
  }
  throw new RouteFailure(mostTelling(failures), failures.length)
}

type AttemptOutcome =
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly error: ProviderError; readonly delivered: boolean }

/** One call to one provider: announced before it is made, settled however it ends. */
async function* attempt(
  operation: Operation,
  candidate: Candidate,
  { signal, deadlineAt }: { signal: AbortSignal; deadlineAt: number },
  { nowMs, newAttemptId, observe, health }: CallDependencies,
): AsyncGenerator<RouteEvent, AttemptOutcome> {
  signal.throwIfAborted()
  const { inputTokens, streams } = operation
  const account = new AttemptAccount({ candidate, attemptId: newAttemptId(), inputTokens, nowMs })
  yield { type: 'event', event: account.start }
  const limits = withinDeadline(candidate.deployment.timeLimits, deadlineAt - nowMs())
  const open = (callSignal: AbortSignal): AsyncIterable<StreamPart> =>
    operation.open(candidate, callSignal)
  const held: StreamPart[] = []
  let delivered = false
  let settled = false
  try {
    for await (const part of limitTime({ open, limits, streams, signal })) {
      account.add(part)
      if (!delivered && !isDelivery(part)) {
        held.push(part)
        continue
      }
      if (!delivered) {
        delivered = true
        health.accept(candidate.credential, candidate.deployment.model)
        if (operation.restarts(candidate)) {
          yield { type: 'event', event: { type: 'restart', reason: 'prefill-unsupported' } }
        }
        for (const early of held.splice(0)) yield { type: 'part', part: early, candidate }
      }
      yield { type: 'part', part, candidate }
    }
    settled = true
    const end = account.settle({ outcome: 'completed' })
    observe(candidate, end)
    yield { type: 'event', event: end }
    return { type: 'completed' }
  } catch (thrown) {
    if (settled || signal.aborted) throw thrown
    settled = true
    const error = asProviderError(thrown)
    const end = account.settle({ outcome: 'failed', error })
    observe(candidate, end, error)
    yield { type: 'event', event: end }
    return { type: 'failed', error, delivered }
  } finally {
    // The caller has gone: either its signal ended the call, or it stopped reading.
    if (!settled) observe(candidate, account.settle({ outcome: 'aborted' }))
  }
}

function withinDeadline(limits: TimeLimits, leftMs: number): TimeLimits {
  return { ...limits, totalMs: Math.max(1, Math.min(limits.totalMs, leftMs)) }
}

/** 403 may be about one model only, and callers may name any. */
function noteCredential(
  health: CredentialHealth,
  { credential, deployment }: Candidate,
  error: ProviderError,
): void {
  if (error.code !== 'bad-credential' && error.code !== 'insufficient-quota') return
  health.refuse(credential, error.status === 403 ? deployment.model : undefined)
}

/** Adapters throw nothing else; where one does, it is our mistake and not a reason to give up. */
function asProviderError(thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown
  return new ProviderError({
    code: 'provider-unavailable',
    status: null,
    retryable: false,
    cause: thrown,
  })
}
