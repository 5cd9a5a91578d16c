import { noteApiCallProgress } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import type { Response } from 'express'
import type { Kysely } from 'kysely'
import type { KeyDirectory, KnownKey } from '../api-keys/key-directory.ts'

/** How often what was produced is written down, for when this process dies. */
const PROGRESS_MS = 5_000

export interface OpenCall {
  /** Aborts when the caller has gone, the key counts no more or this process may not go on. */
  readonly signal: AbortSignal
  /** Why the call was cut; undefined where it was not, or its caller has gone. */
  cutBy(): ServiceError | undefined
  close(): void
}

export interface OpenCalls {
  open(
    call: { callId: string; key: KnownKey; toldTokens: () => number },
    response: Response,
  ): OpenCall
  /** Work of calls that goes on after their answer. */
  track(work: Promise<void>): void
  /** The process is about to end: what runs is cut, and settled by what came until then. */
  cut(): void
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>
  close(): void
}

interface Running {
  readonly callId: string
  readonly key: KnownKey
  readonly toldTokens: () => number
  written: number
  readonly abort: AbortController
}

/** The calls by API keys that this process makes at the moment. */
export function createOpenCalls(options: {
  db: Kysely<Database>
  directory: Pick<KeyDirectory, 'watch'>
  /** Whether this process may still speak for its calls; others settle those of the dead. */
  isAlive: () => boolean
  logger: Logger
}): OpenCalls {
  const { db, directory, isAlive, logger } = options
  const running = new Set<Running>()
  const work = new Set<Promise<void>>()
  const wake: (() => void)[] = []

  function wakeIdle(): void {
    if (running.size > 0 || work.size > 0) return
    for (const resolve of wake.splice(0)) resolve()
  }

  const timer = setInterval(() => {
    if (!isAlive()) for (const call of running) call.abort.abort(interrupted)
    for (const call of running) void noteProgress(call)
  }, PROGRESS_MS)
  timer.unref()

  async function noteProgress(call: Running): Promise<void> {
    const outputTokens = call.toldTokens()
    if (outputTokens === call.written || call.abort.signal.aborted) return
    call.written = outputTokens
    const { callId, key } = call
    await noteApiCallProgress(db, { userId: key.keyOwnerId, callId, outputTokens }).catch(
      (error: unknown) => logger.warn({ err: error }, 'a call’s progress was not written'),
    )
  }

  return {
    open({ callId, key, toldTokens }, response) {
      const abort = new AbortController()
      const call: Running = { callId, key, toldTokens, written: 0, abort }
      running.add(call)
      const stopWatching = directory.watch(key, () => abort.abort(keyEnded))
      const gone = (): void => {
        if (!response.writableFinished) abort.abort()
      }
      response.once('close', gone)
      if (response.destroyed) gone()
      return {
        signal: abort.signal,
        cutBy: () => {
          const reason: unknown = abort.signal.reason
          return reason instanceof ServiceError ? reason : undefined
        },
        close() {
          response.removeListener('close', gone)
          stopWatching()
          running.delete(call)
          wakeIdle()
        },
      }
    },
    track(promise) {
      work.add(promise)
      void promise.finally(() => {
        work.delete(promise)
        wakeIdle()
      })
    },
    cut() {
      for (const call of running) call.abort.abort(interrupted)
    },
    idle: () =>
      new Promise((resolve) => {
        wake.push(resolve)
        wakeIdle()
      }),
    close: () => clearInterval(timer),
  }
}

const keyEnded = new ServiceError({
  code: 'invalid-api-key',
  status: 401,
  title: 'This API key is not valid any more.',
  detail: 'It was revoked or has expired while this call was made.',
})

const interrupted = new ServiceError({
  code: 'interrupted',
  status: 503,
  title: 'The answer broke off.',
  detail: 'The service that made it is ending. Try again.',
  retryable: true,
})
