import { randomUUID } from 'node:crypto'
import { uniquePrompt } from '../call/prompt.ts'
import { readAnswer } from '../call/read-answer.ts'
import { attemptsAt } from './attempt-log.ts'
import { CALLERS } from './callers.ts'
import type { Ending } from './fault-cases.ts'
import { callAs, endingOf } from './run-cell.ts'
import type { Replica } from './run-cell.ts'

const CALLERS_AT_ONCE = 8
const TOKENS = 24

export interface Amplification {
  /** Calls at the provider for each of ours. */
  readonly attemptsPerRequest: number
  readonly endings: ReadonlyMap<Ending, number>
}

/** Hundreds of requests of all kinds at a model that goes on failing, from several callers and at all replicas. */
export async function countAmplification(options: {
  replicas: readonly Replica[]
  simulatorOrigin: string
  model: string
  requests: number
}): Promise<Amplification> {
  const { replicas, model, requests } = options
  const mark = randomUUID()
  const endings = new Map<Ending, number>()
  let begun = 0
  const callInTurn = async (): Promise<void> => {
    while (begun < requests) {
      const number = begun++
      const caller = CALLERS[number % CALLERS.length]!
      const replica = replicas[Math.floor(number / CALLERS.length) % replicas.length]!
      const prompt = uniquePrompt(TOKENS, `${mark} ${randomUUID()}`)
      const call = await callAs(caller, replica, { model, prompt })
      const ending = endingOf(call, readAnswer(call))
      endings.set(ending, (endings.get(ending) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: CALLERS_AT_ONCE }, callInTurn))
  const attempts = await attemptsAt(options.simulatorOrigin, mark)
  return { attemptsPerRequest: attempts.length / requests, endings }
}
