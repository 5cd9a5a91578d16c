import type { TokenUsage } from '@brainlyx/router-contract'
import type { StreamPart } from '../../adapters/stream-part.ts'
import type { Candidate } from '../../choose/candidate.ts'
import type { Operation } from '../operation.ts'
import type { RouteEvent } from '../route-event.ts'
import { RestartAlignment } from './align-restart.ts'
import { Seam } from './seam.ts'
import { SentAnswer } from './sent-answer.ts'

/** How the next call fits to what the caller has. */
export interface Leg {
  /** For the decision's trace. */
  readonly why: string
  readonly goOnFrom: string | undefined
  readonly beforeFirst: readonly RouteEvent[]
  readonly adapt: (part: StreamPart) => StreamPart | undefined
}

function restart(reason: string): RouteEvent {
  return { type: 'event', event: { type: 'restart', reason } }
}

/** One answer, made by as many calls as it takes. */
export class AnswerInProgress {
  readonly #operation: Operation
  readonly #callerForgets: boolean
  readonly #sent = new SentAnswer()
  /** Deployments that were thought to take a beginning, and refused it. */
  readonly #refusedPrefill = new Set<string>()
  /** Of earlier calls whose text is a part of the answer. */
  #carried: TokenUsage | undefined

  constructor(operation: Operation, options: { callerForgets: boolean }) {
    this.#operation = operation
    this.#callerForgets = options.callerForgets
  }

  get isBegun(): boolean {
    return !this.#sent.isEmpty
  }

  /** The candidate can go on from what the caller has. */
  canGoOn(candidate: Candidate): boolean {
    return (
      this.#sent.continuableText !== undefined &&
      this.#operation.canGoOn(candidate) &&
      !this.#refusedPrefill.has(candidate.deployment.id)
    )
  }

  noteRefusedPrefill({ deployment }: Candidate): void {
    this.#refusedPrefill.add(deployment.id)
  }

  /** A call that had delivered has failed. */
  carry(usage: TokenUsage | null): void {
    if (usage !== null) this.#carried = sum(this.#carried, usage)
  }

  nextLeg(candidate: Candidate): Leg {
    if (!this.isBegun) {
      const restarts = this.#operation.restarts(candidate)
      return {
        why: restarts ? 'begins the answer again: it takes no beginning' : 'first in order',
        goOnFrom: undefined,
        beforeFirst: restarts ? [restart('prefill-unsupported')] : [],
        adapt: this.#keep,
      }
    }
    return this.canGoOn(candidate) ? this.#goOn() : this.#beginAgain()
  }

  #goOn(): Leg {
    const text = this.#sent.continuableText!
    const seam = new Seam(text)
    return {
      why: 'goes on from what the caller has',
      goOnFrom: text,
      beforeFirst: [],
      adapt: (part) => {
        const joined = seam.join(part)
        return joined === undefined ? undefined : this.#keep(this.#withCarried(joined))
      },
    }
  }

  #beginAgain(): Leg {
    this.#carried = undefined
    if (this.#callerForgets) {
      return {
        why: 'begins the answer again, as the caller is told',
        goOnFrom: undefined,
        beforeFirst: [restart('stream-cut')],
        adapt: this.#forgetThenKeep(),
      }
    }
    const alignment = new RestartAlignment(this.#sent)
    return {
      why: 'begins the answer again; what the caller has is held back',
      goOnFrom: undefined,
      beforeFirst: [],
      adapt: (part) => {
        const rest = alignment.align(part)
        return rest === undefined ? undefined : this.#keep(rest)
      },
    }
  }

  /** Not before the restart is said: until then the caller has what it had. */
  #forgetThenKeep(): (part: StreamPart) => StreamPart {
    let forgotten = false
    return (part) => {
      if (!forgotten && part.type !== 'response-start' && part.type !== 'usage') {
        forgotten = true
        this.#sent.clear()
      }
      return this.#keep(part)
    }
  }

  readonly #keep = (part: StreamPart): StreamPart => {
    // What comes in one piece is never gone on with.
    if (this.#operation.streams) this.#sent.add(part)
    return part
  }

  #withCarried(part: StreamPart): StreamPart {
    if (part.type !== 'usage' || this.#carried === undefined) return part
    return { ...part, usage: sum(this.#carried, part.usage) }
  }
}

function sum(a: TokenUsage | undefined, b: TokenUsage): TokenUsage {
  if (a === undefined) return b
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    hourCacheWriteTokens: (a.hourCacheWriteTokens ?? 0) + (b.hourCacheWriteTokens ?? 0),
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    estimated: a.estimated || b.estimated,
  }
}
