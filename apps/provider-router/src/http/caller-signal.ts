import type { Response } from 'express'

/** Aborts when the caller has gone before its answer was complete. */
export function callerSignal(response: Response): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new CallerGone())
  })
  return controller.signal
}

export class CallerGone extends Error {
  override readonly name = 'CallerGone'
}
