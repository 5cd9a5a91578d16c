import type { AttemptEnd } from '@brainlyx/router-contract'
import { AttemptAccount } from '../account/attempt-account.ts'
import type { Ending } from '../account/attempt-account.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/candidate.ts'
import type { Decision } from '../decision/decision.ts'
import { Overtaken } from '../hedge/overtaken.ts'
import type { CallLeave } from './admit-call.ts'
import { CallClock } from './call-clock.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { isDelivery } from '../adapters/is-delivery.ts'
import { noteOutcome } from './note-outcome.ts'
import type { Operation } from './operation.ts'
import type { Leg } from './rescue/answer-in-progress.ts'
import type { RouteEvent } from './route-event.ts'

export type AttemptOutcome =
  | { readonly type: 'completed'; readonly end: AttemptEnd }
  | {
      readonly type: 'failed'
      readonly error: ProviderError
      readonly end: AttemptEnd
      /** A piece of the answer has reached the caller. */
      readonly delivered: boolean
    }
  /** Its answer is of no use, which is not its provider's fault. */
  | { readonly type: 'useless'; readonly error: Error; readonly end: AttemptEnd }

export interface AttemptOptions {
  readonly candidate: Candidate
  readonly leave: CallLeave
  readonly signal: AbortSignal
  readonly deadlineAt: number
  readonly decision: Decision
  readonly leg: Leg
}

/**
 * One call to one provider: announced before it is made, settled however it ends. Nothing is passed on before the
 * first piece of the answer, so that what a failed call began is never seen. What a leg's `adapt` throws makes the
 * call useless.
 * @throws the reason of `signal`
 */
export async function* makeAttempt(
  operation: Operation,
  { candidate, leave, signal, deadlineAt, decision, leg }: AttemptOptions,
  dependencies: CallDependencies,
): AsyncGenerator<RouteEvent, AttemptOutcome> {
  const { nowMs } = dependencies
  const { inputTokens, streams } = operation
  const account = new AttemptAccount({
    candidate,
    attemptId: dependencies.newAttemptId(),
    inputTokens,
    nowMs,
  })
  const startedAt = nowMs()
  const running = dependencies.loads.begin(candidate.deployment.id)
  const call = new AbortController()
  const hangUp = (): void => call.abort(signal.reason)
  const { timeLimits: limits } = candidate.deployment
  const clock = new CallClock(call, { limits, streams, leftMs: deadlineAt - startedAt })
  let iterator: AsyncIterator<readonly StreamPart[]> | undefined
  let delivered = false
  let settled = false
  const settle = (ending: Ending): AttemptEnd => {
    settled = true
    const end = account.settle(ending)
    decision.ended(end)
    noteOutcome({ candidate, leave, running, ending, end }, dependencies)
    return end
  }
  try {
    signal.addEventListener('abort', hangUp, { once: true })
    decision.started(account.start, leg.why)
    yield { type: 'event', event: account.start }
    const options = { signal: call.signal, goOnFrom: leg.goOnFrom }
    iterator = operation.open(candidate, options)[Symbol.asyncIterator]()
    let held: StreamPart[] = []
    for (;;) {
      signal.throwIfAborted()
      clock.waiting()
      const next = await iterator.next()
      if (next.done === true) {
        iterator = undefined
        break
      }
      const parts: StreamPart[] = held
      for (const part of next.value) {
        if (part.type === 'quota-report') {
          dependencies.quotas.learn(candidate.scopes[1], part)
          continue
        }
        account.add(part)
        if (!delivered && isDelivery(part)) {
          delivered = true
          // A whole answer takes as long as it is long.
          if (streams) running.firstToken(nowMs() - startedAt)
          for (const event of leg.beforeFirst) yield event
        }
        const adapted = leg.adapt(part)
        if (adapted !== undefined) parts.push(adapted)
      }
      clock.heard(delivered)
      if (!delivered) continue
      held = []
      if (parts.length > 0) yield { type: 'parts', parts, candidate }
    }
    const end = settle({ outcome: 'completed' })
    yield { type: 'event', event: end }
    return { type: 'completed', end }
  } catch (thrown) {
    if (!settled && signal.reason instanceof Overtaken) {
      const end = settle({ outcome: 'aborted', overtaken: true })
      yield { type: 'event', event: end }
      return { type: 'useless', error: signal.reason, end }
    }
    if (settled || signal.aborted) throw thrown
    if (!(thrown instanceof ProviderError) && delivered) {
      const end = settle({ outcome: 'aborted' })
      yield { type: 'event', event: end }
      return { type: 'useless', error: thrown as Error, end }
    }
    const error = asProviderError(thrown)
    const end = settle({ outcome: 'failed', error })
    yield { type: 'event', event: end }
    return { type: 'failed', error, end, delivered }
  } finally {
    clock.stop()
    signal.removeEventListener('abort', hangUp)
    // The caller has gone: either its signal ended the call, or it stopped reading.
    if (!settled) settle({ outcome: 'aborted' })
    // A connection whose call has ended by itself is left to the next call.
    if (iterator !== undefined) call.abort(new Error('the call has ended'))
    iterator?.return?.().catch(() => {})
  }
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
