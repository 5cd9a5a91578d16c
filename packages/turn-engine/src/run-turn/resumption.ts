import type { AnswerFinish, MessagePart } from '@brainlyx/chat-contract'
import type { TurnRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { textToContinue } from './text-to-continue.ts'
import type { TurnSoFar } from './turn-so-far.ts'

/** So many owners may die over a turn: the one that began it, and two that took it over. */
const CRASH_LIMIT = 3

/** Where a turn that another process began goes on from. */
export interface Resumption {
  readonly soFar: TurnSoFar
  /** What is kept of the answer. */
  readonly parts: readonly MessagePart[]
  /** The answer is whole; nobody is called. */
  readonly finish: AnswerFinish | undefined
  /** Whoever runs it dies, so it ends with what there is. */
  readonly isAbandoned: boolean
}

/** @param isStopped its readers want it to end, so that nothing has to be left out for another call */
export function planResumption(
  turn: Pick<TurnRow, 'crashes'>,
  soFar: TurnSoFar,
  isStopped: boolean,
): Resumption {
  const isAbandoned = turn.crashes >= CRASH_LIMIT
  const { parts, finish } = soFar
  if (finish !== undefined || isStopped || isAbandoned) return { soFar, parts, finish, isAbandoned }
  const text = textToContinue(parts)
  return { soFar, parts: text === undefined ? [] : [{ type: 'text', text }], finish, isAbandoned }
}

export const turnAbandoned: ServiceError = new ServiceError({
  code: 'turn-abandoned',
  status: 500,
  title: 'The answer could not be finished.',
  detail:
    'Writing it has failed three times. What came until then is kept; ask in other words or choose another model.',
})
