import type {
  ChatCompletionChunk,
  ChatCompletionRequest,
  ChatMessage,
} from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import { answerCut, wasNotReached } from '../router-client/router-error.ts'
import type { RouterClient } from '../router-client/router-client.ts'

/** The router retries for itself; these are for an answer whose end is missing. */
const CALL_LIMIT = 3
/** For so long a router is waited for that takes no connection: others start, or it is being replaced. */
const UNREACHED_LIMIT_MS = 20_000
/** A reader would rather wait for a busy provider than ask again. */
const PATIENCE_MS = 20_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

export interface RouterCalls {
  readonly router: Pick<RouterClient, 'stream'>
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly signal: AbortSignal
  /** What the model has said of its answer, from which this call goes on; undefined: it begins. */
  readonly textToContinue: () => string | undefined
  readonly hear: (chunk: ChatCompletionChunk) => void
  /** Which of the router's decisions explains where a call went. */
  readonly onDecision?: (decisionId: string) => void
  /** Whether the model has said how its answer ends. */
  readonly isFinished: () => boolean
  /** A call has broken off and another follows: from `textToContinue`, or from nothing. */
  readonly onBroken: (error: unknown) => void
  readonly nowMs: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly random?: () => number
}

/**
 * Has the router answer, until the model has said how its answer ends: a call that breaks off is followed by another.
 * @throws what the router decided, or the error of the last call where all broke off
 */
export async function callRouter(calls: RouterCalls): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      await callOnce(calls)
      return
    } catch (error) {
      if (hasBrokenOff(error) && calls.isFinished()) return
      if (calls.signal.aborted || count === CALL_LIMIT || !hasBrokenOff(error)) throw error
      calls.onBroken(error)
    }
  }
}

/** One call that the router takes; one that it never got does not count. */
async function callOnce(calls: RouterCalls): Promise<void> {
  const { signal, nowMs, sleep, random = Math.random } = calls
  const startedAt = nowMs()
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      const chunks = calls.router.stream(requestOf(calls), signal, calls.onDecision)
      for await (const chunk of chunks) calls.hear(chunk)
      if (!calls.isFinished()) throw answerCut()
      return
    } catch (error) {
      const waitedMs = nowMs() - startedAt
      if (signal.aborted || !wasNotReached(error) || waitedMs > UNREACHED_LIMIT_MS) throw error
      await sleep(pauseMs * (0.5 + random()), signal)
    }
  }
}

function requestOf({ model, messages, textToContinue }: RouterCalls): ChatCompletionRequest {
  const text = textToContinue()
  const patienceMs = PATIENCE_MS
  if (text === undefined) return { model, messages: [...messages], brainlyx: { patienceMs } }
  return {
    model,
    messages: [...messages, { role: 'assistant', content: text }],
    brainlyx: { continue: true, patienceMs },
  }
}

function hasBrokenOff(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false
  if (error.code === 'answer-cut') return true
  return error.code === 'router-unavailable' && !wasNotReached(error)
}
