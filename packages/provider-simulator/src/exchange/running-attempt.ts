import type { IncomingMessage, ServerResponse } from 'node:http'
import { hash } from 'node:crypto'
import type { Attempt } from '../attempt-log/attempt-log.ts'
import type { Provider } from '../wire/wire.ts'
import { callerKey } from './caller-key.ts'
import type { SimulatorState } from './simulator-state.ts'

/** One call while it runs: its log record, and who ended it. */
export interface RunningAttempt {
  record: Attempt
  /** Milliseconds of the wheel's clock when the request was complete. */
  arrivedAtMs: number
  /** Writes down the end; only the first call counts. */
  settle: (endedBy: NonNullable<Attempt['endedBy']>) => void
  settled: () => boolean
  /** Called when the client leaves, or the simulator closes, before the end. */
  onAbort: (action: () => void) => void
}

export interface AttemptFields {
  provider: Provider
  endpoint: string
  model: string
  prompt: string
  stream: boolean
  prefillLength: number
}

export function promptHash(prompt: string): string {
  return hash('sha256', prompt.trim()).slice(0, 16)
}

export function startAttempt(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  fields: AttemptFields,
): RunningAttempt {
  const arrivedAtMs = state.wheel.now()
  const traceparent = request.headers['traceparent']
  const record = state.log.open({
    ...fields,
    at: new Date().toISOString(),
    promptHash: promptHash(fields.prompt),
    prompt: fields.prompt.slice(0, 200),
    continued: false,
    fault: '',
    status: 0,
    tokensIn: 0,
    tokensOut: 0,
    tokensInAnswer: 0,
    finish: null,
    endedBy: null,
    firstTokenMs: null,
    durationMs: null,
    keyHint: callerKey(request).slice(-4),
    traceparent: typeof traceparent === 'string' ? traceparent : null,
  })
  const aborts: (() => void)[] = []
  const settle: RunningAttempt['settle'] = (endedBy) => {
    if (record.endedBy !== null) return
    record.endedBy = endedBy
    record.durationMs = Math.round(state.wheel.now() - arrivedAtMs)
    state.running.delete(abort)
  }
  const abort = (endedBy: 'client-abort' | 'shutdown'): void => {
    if (record.endedBy !== null) return
    settle(endedBy)
    for (const action of aborts) action()
  }
  state.running.add(abort)
  response.once('close', () => abort('client-abort'))
  return {
    record,
    arrivedAtMs,
    settle,
    settled: () => record.endedBy !== null,
    onAbort: (action) => aborts.push(action),
  }
}
