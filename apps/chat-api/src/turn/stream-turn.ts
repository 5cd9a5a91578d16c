import type { TurnRow } from '@brainlyx/db'
import { LOG_START, parsePosition } from '@brainlyx/turn-engine'
import type { LogEntry, Pace, TurnFollower } from '@brainlyx/turn-engine'
import type { Request, Response } from 'express'
import type { Gauge } from 'prom-client'
import type { Principal } from '../http/principal.ts'
import { invalidRequest } from '../http/validate.ts'
import type { Revocations } from '../identity/revocations.ts'
import { streamEntries } from './stream-entries.ts'
import { turnEntries } from './turn-entries.ts'

export interface TurnStreamsDependencies {
  follower: TurnFollower
  openStreams: Gauge
  /** Tells when a reader may no longer see what they see. */
  watchRights: Revocations['watch']
  /** Aborts when readers should go elsewhere: this process is about to end. */
  leaving: AbortSignal
  random?: () => number
}

/** Who reads a turn, and how. */
export interface StreamCall {
  readonly request: Request
  readonly response: Response
  readonly principal: Principal
}

/** Readers that leave together are spread over this. */
const LEAVE_WITHIN_MS = 2_000
/** How often it is looked whether a reader that only this process can serve may leave after all. */
const LEAVE_AGAIN_MS = 1_000

/** @returns what streams a turn to a reader from the cursor that it came with. @throws {ServiceError} 422 for a bad cursor */
export function createTurnStreams(
  dependencies: TurnStreamsDependencies,
): (call: StreamCall, turn: TurnRow) => Promise<void> {
  const { follower, openStreams, watchRights, leaving, random = Math.random } = dependencies
  const open = new Set<() => void>()
  leaving.addEventListener('abort', () => {
    for (const leave of open) leave()
  })

  /** A turn that runs here goes on elsewhere for its readers only where others can read its log. */
  async function canBeReadElsewhere(turnId: string): Promise<boolean> {
    if (follower.liveTurns.get(turnId) === undefined) return true
    const entries = await follower.log.read(turnId, LOG_START, 1)
    return entries !== 'unavailable' && entries.length > 0
  }

  async function streamOpen(
    { response, principal }: StreamCall,
    { turnId, entries, done }: OpenStream,
  ): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const leave = async (): Promise<void> => {
      if (await canBeReadElsewhere(turnId)) done.abort()
      else if (!done.signal.aborted) timer = setTimeout(() => void leave(), LEAVE_AGAIN_MS)
    }
    const leaveSoon = (): void => {
      timer = setTimeout(() => void leave(), random() * LEAVE_WITHIN_MS)
    }
    response.once('close', () => done.abort())
    // Ends like a cut line: the reader comes back, is nobody, and is asked to sign in.
    const forgetRights = watchRights(principal, () => done.abort())
    open.add(leaveSoon)
    if (leaving.aborted) leaveSoon()
    openStreams.inc()
    try {
      await streamEntries({ response, entries, signal: done.signal, random })
    } finally {
      openStreams.dec()
      open.delete(leaveSoon)
      forgetRights()
      clearTimeout(timer)
      done.abort()
    }
  }

  // What waits holds nothing of the turn's row, which is a tenth of what a reader to whom nothing is said costs.
  return (call, turn) => {
    const afterId = cursorOf(call.request)
    if (call.response.closed) return Promise.resolve()
    const done = new AbortController()
    const entries = turnEntries(follower, turn, afterId, done.signal)
    return streamOpen(call, { turnId: turn.id, entries, done })
  }
}

interface OpenStream {
  readonly turnId: string
  readonly entries: AsyncGenerator<LogEntry, void, Pace>
  readonly done: AbortController
}

function cursorOf(request: Request): string {
  const given = request.get('last-event-id')
  if (given === undefined || given === '') return LOG_START
  if (parsePosition(given) === undefined) {
    throw invalidRequest([{ path: 'Last-Event-ID', message: 'is not an id of this stream' }])
  }
  return given
}
