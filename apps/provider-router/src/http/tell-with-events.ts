import type { BrainlyxEvent } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import type { Request, Response } from 'express'
import { CallerGone } from './caller-signal.ts'
import { CompletionStream } from './completion-stream.ts'
import { errorItem } from './error-item.ts'
import type { RequestWishes } from './request-wishes.ts'

export type HearEvent = (event: BrainlyxEvent) => Promise<void>

/** Whether a caller reads events around an answer that comes in one piece. */
export function readsEventsOfWhole(request: Request, { readsEvents }: RequestWishes): boolean {
  return readsEvents && request.get('accept') === 'text/event-stream'
}

/**
 * Tells a whole answer as a stream of events: each call before it is made and after it has ended, then the answer. So
 * whoever keeps a ledger can write a call down before it costs anything, as with answers that stream.
 */
export async function tellWithEvents(
  response: Response,
  answer: (hear: HearEvent) => Promise<object>,
  { logger }: { logger: Logger },
): Promise<void> {
  const stream = new CompletionStream(response)
  try {
    const body = await answer((event) => stream.write([{ brainlyx: event }]))
    stream.end([body])
  } catch (error) {
    if (!stream.isOpen || error instanceof CallerGone) throw error
    if (!(error instanceof ServiceError)) logger.error({ err: error }, 'an answer failed')
    stream.fail([errorItem(error)])
  }
}
