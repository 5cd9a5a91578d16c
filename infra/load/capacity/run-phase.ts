import { coresUsed } from '../cluster/platform-usage.ts'
import type { CpuOfParts, PlatformUsage } from '../cluster/platform-usage.ts'
import { uniquePrompt } from '../router/call/prompt.ts'
import { MODELS } from '../turns/provider-models.ts'
import { readTurn } from '../turns/read-turn.ts'
import type { TurnReading } from '../turns/read-turn.ts'
import { atRate } from './at-rate.ts'
import type { DatabaseOperations } from './database-operations.ts'
import { createPageRequests } from './page-requests.ts'
import type { RequestOutcome } from './page-requests.ts'
import type { Phase } from './phases.ts'
import type { Session, Sessions } from './session.ts'
import { watchMemory } from './watch-memory.ts'

export interface PhaseRun {
  readonly phase: Phase
  readonly elapsedMs: number
  readonly turns: readonly TurnReading[]
  readonly requests: readonly RequestOutcome[]
  /** Messages that could not be sent, since an answer was being written to everybody. */
  readonly unsent: number
  readonly databaseOperations: number
  /** Those of them that the benchmark did itself, to reach the phase's number. */
  readonly filledUp: number
  readonly cores: CpuOfParts
  /** The most that each service held, in MB. */
  readonly residentMb: Readonly<Record<string, number>>
}

export interface PhaseOptions {
  readonly phase: Phase
  readonly sessions: Sessions
  readonly durationMs: number
  readonly tokens: number
  readonly patienceMs: number
  readonly usage: PlatformUsage
  readonly operations: DatabaseOperations
}

/** Everything of a phase at once, at steady rates; ends when the last answer is complete. */
export async function runPhase(options: PhaseOptions): Promise<PhaseRun> {
  const { phase, sessions, durationMs, usage, operations } = options
  const turns: TurnReading[] = []
  const requests: RequestOutcome[] = []
  let unsent = 0
  const request = createPageRequests()

  const send = async (): Promise<void> => {
    const session = sessions.nextIdle()
    if (session === undefined) unsent++
    else turns.push(await sendMessage(session, MODELS[turns.length % MODELS.length], options))
  }
  const ask = async (dueAt: number): Promise<void> => {
    const session = sessions.nextWithChat() ?? sessions.all[0]
    if (session !== undefined) requests.push(await request(session, dueAt))
  }

  const beganAt = performance.now()
  const endAt = beganAt + durationMs
  const memory = watchMemory(usage)
  const [cpuBefore, operationsBefore] = [usage.cpuMs(), await operations.count()]
  const ended = Promise.all([
    atRate({ perSecond: phase.aiCallsPerMinute / 60, endAt }, send),
    atRate({ perSecond: phase.requestsPerHour / 3_600, endAt }, ask),
  ])
  const filledUp = await operations.fillUpTo(phase.databaseOperationsPerSecond, endAt)
  const elapsedMs = performance.now() - beganAt
  const cores = coresUsed(cpuBefore, usage.cpuMs(), elapsedMs)
  const databaseOperations = (await operations.count()) - operationsBefore
  await ended
  const residentMb = memory.stop()
  return {
    phase,
    elapsedMs,
    turns,
    requests,
    unsent,
    databaseOperations,
    filledUp,
    cores,
    residentMb,
  }
}

async function sendMessage(
  session: Session,
  model: string = MODELS[0],
  { tokens, patienceMs }: PhaseOptions,
): Promise<TurnReading> {
  session.isReading = true
  const { guest, chatId } = session
  const reading = await readTurn({ guest, chatId, prompt: uniquePrompt(tokens), model, patienceMs })
  session.chatId = reading.chatId
  session.isReading = false
  return reading
}
