import { newId } from '@brainlyx/db'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal } from '../check/history.ts'
import type { Call, TurnHistory } from '../check/history.ts'
import type { User } from './crowd.ts'
import { openStream } from './open-stream.ts'

const PATIENCE_MS = 100_000
const LONGEST_PAUSE_MS = 2_000

export interface TurnPlan {
  readonly user: User
  readonly origin: string
  /** Absent: it begins a chat. */
  readonly chatId?: string | undefined
  readonly tokens: number
  readonly model: string
  readonly bytesPerSecond?: number | undefined
  /** Leaves the first stream after so many frames, and comes back. */
  readonly leaveAfterFrames?: number | undefined
  /** Comes back as if it had seen nothing: what `Last-Event-ID` spares. */
  readonly forgetsCursor?: boolean | undefined
}

export interface RunningTurn {
  readonly history: TurnHistory
  /** Resolves once its final frame was seen, or patience is at its end. */
  readonly done: Promise<void>
}

/**
 * One message and its answer, as a good client does it: the same `turnId` until something is known, then
 * `Last-Event-ID` until the final frame, with a jittered pause before each call.
 */
export function takeTurn(plan: TurnPlan): RunningTurn {
  const marker = randomUUID()
  const history: TurnHistory = {
    turnId: newId(),
    user: plan.user.number,
    prompt: `Tell me about ${marker} [tokens:${plan.tokens}]`,
    marker,
    chatId: plan.chatId,
    acknowledgedAt: undefined,
    endedAt: undefined,
    calls: [],
    frames: [],
  }
  return { history, done: readToEnd(plan, history) }
}

async function readToEnd(plan: TurnPlan, history: TurnHistory): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (
    let pauseMs = 100;
    Date.now() < deadline;
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  ) {
    const framesBefore = history.frames.length
    const retry = await callOnce(plan, history)
    if (history.endedAt !== undefined || retry === 'never') return
    if (history.frames.length > framesBefore) pauseMs = 100
    await sleep(Math.max(pauseMs, retry) * (0.5 + Math.random()))
  }
}

/** @returns how long to wait at least before the next call, in milliseconds */
async function callOnce(plan: TurnPlan, history: TurnHistory): Promise<number | 'never'> {
  const { user, origin, model, bytesPerSecond } = plan
  const { turnId, prompt, calls, frames } = history
  const isKnown = history.acknowledgedAt !== undefined
  const leaving = new AbortController()
  const path = isKnown
    ? `/turns/${turnId}/events`
    : plan.chatId === undefined
      ? '/turns'
      : `/chats/${plan.chatId}/turns`
  const number = calls.length
  const call: Call = {
    request: isKnown ? 'GET events' : 'POST turns',
    lastEventId: plan.forgetsCursor === true ? undefined : lastIdOf(history),
    invokedAt: Date.now(),
    endedAt: undefined,
    status: undefined,
    outcome: 'invoked',
    problem: undefined,
    broken: undefined,
  }
  calls.push(call)
  try {
    const end = await openStream(
      {
        method: isKnown ? 'GET' : 'POST',
        url: `${origin}/api/v1${path}`,
        cookie: user.cookie,
        bytesPerSecond,
        lastEventId: call.lastEventId,
        signal: leaving.signal,
        ...(isKnown ? {} : { body: { turnId, text: prompt, model } }),
      },
      {
        onOpen(status) {
          call.status = status
          call.outcome = status < 300 ? 'acknowledged' : 'failed'
          if (status < 300) history.acknowledgedAt ??= Date.now()
        },
        onFrame(id, frame) {
          const seen = { at: Date.now(), call: number, id, frame }
          frames.push(seen)
          if (frame.type === 'turn-start') history.chatId = frame.chatId
          if (isFinal(seen)) history.endedAt ??= seen.at
          else if (number === 0 && frames.length === plan.leaveAfterFrames) leaving.abort()
        },
      },
    )
    call.broken = end.broken
    if (end.status < 300) return 0
    call.problem = { contentType: end.contentType, body: end.body }
    const isWorthwhile = end.status >= 500 || end.status === 429 || end.status === 409
    return isWorthwhile ? (end.retryAfterMs ?? 0) : 'never'
  } catch (error) {
    if (call.outcome === 'invoked') call.outcome = 'unknown'
    call.broken = error instanceof Error ? error.message : String(error)
    return 0
  } finally {
    call.endedAt = Date.now()
  }
}

function lastIdOf({ frames }: TurnHistory): string | undefined {
  return frames.findLast(({ id }) => id !== null)?.id ?? undefined
}
