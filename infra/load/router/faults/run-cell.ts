import type { Attempt } from '@brainlyx/provider-simulator'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { randomUUID } from 'node:crypto'
import { uniquePrompt } from '../call/prompt.ts'
import { readAnswer } from '../call/read-answer.ts'
import type { Answer } from '../call/read-answer.ts'
import { sendChat } from '../call/send-chat.ts'
import type { Callee, ChatCall } from '../call/send-chat.ts'
import { attemptsAt } from './attempt-log.ts'
import type { Caller } from './callers.ts'
import { ANSWER_TOKENS } from './fault-cases.ts'
import type { Ending } from './fault-cases.ts'
import { modelOf } from './fault-configuration.ts'
import type { Cell } from './fault-configuration.ts'

const GIVE_UP_MS = 20_000

/** One call of a cell: what its caller and the provider saw. */
export interface Observation {
  readonly ending: Ending
  /** Of an error. */
  readonly code: string | undefined
  readonly elapsedMs: number
  /** Calls at the provider. */
  readonly attempts: number
  /** Whose call was the last one there. */
  readonly answeredBy: 'primary' | 'fallback' | undefined
  /** Who answers, as the caller is told: by the last event that names one, else by the response's header. */
  readonly deployment: string | undefined
}

export interface Replica extends Callee {
  readonly index: number
}

/** All calls of a cell, at each replica one after the other. */
export async function runCell(
  cell: Cell,
  { replicas, simulatorOrigin }: { replicas: readonly Replica[]; simulatorOrigin: string },
): Promise<Observation[]> {
  const observations = await Promise.all(
    replicas.map(async (replica) => {
      const seen: Observation[] = []
      for (let left = cell.fault.calls ?? 1; left > 0; left--) {
        seen.push(await observe(cell, replica, simulatorOrigin))
      }
      return seen
    }),
  )
  return observations.flat()
}

async function observe(
  cell: Cell,
  replica: Replica,
  simulatorOrigin: string,
): Promise<Observation> {
  const mark = randomUUID()
  const call = await callAs(cell.caller, replica, {
    model: modelOf(cell, replica.index),
    prompt: uniquePrompt(ANSWER_TOKENS, mark),
  })
  const answer = readAnswer(call)
  const attempts = await attemptsAt(simulatorOrigin, mark)
  return {
    ending: endingOf(call, answer),
    code: answer.errorCode,
    elapsedMs: call.endedAt - call.sentAt,
    attempts: attempts.length,
    answeredBy: roleOf(attempts.at(-1)),
    deployment: answer.attempts.at(-1) ?? answer.headers.get('x-brainlyx-deployment'),
  }
}

/** One call, to be broken off where no end is in sight. */
export function callAs(
  caller: Caller,
  { pool, headers }: Callee,
  request: { model: string; prompt: string },
): Promise<ChatCall> {
  const asked = caller.readsEvents ? { ...headers, 'x-brainlyx-events': '1' } : headers
  return sendChat({ pool, headers: asked }, { ...request, stream: caller.stream }, GIVE_UP_MS)
}

/** An SDK takes a stream that ends without an error for complete, so this does too. */
export function endingOf(call: ChatCall, answer: Answer): Ending {
  if (call.failure !== undefined) return 'broken'
  if (answer.errorCode !== undefined) return 'error'
  if (answer.finish === 'content_filter') return 'filtered'
  const isExact = answer.text === simulatedAnswer(call.prompt).text
  return isExact && answer.isClosed && answer.finish === 'stop' ? 'exact' : 'cut short'
}

function roleOf(attempt: Attempt | undefined): Observation['answeredBy'] {
  if (attempt === undefined) return undefined
  return attempt.model.startsWith('primary') ? 'primary' : 'fallback'
}
