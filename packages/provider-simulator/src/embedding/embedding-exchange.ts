import type { IncomingMessage, ServerResponse } from 'node:http'
import { countTokens } from '../answer/tokens.ts'
import { planFaults } from '../fault/fault-plan.ts'
import { parseModelName } from '../fault/parse-model-name.ts'
import type { Failure } from '../wire/failure.ts'
import type { Provider, Reply } from '../wire/wire.ts'
import { callerKey, keyFailure } from '../exchange/caller-key.ts'
import { unknownFault } from '../exchange/chat-exchange.ts'
import { promptHash, startAttempt } from '../exchange/running-attempt.ts'
import { sendReply } from '../exchange/send-reply.ts'
import type { SimulatorState } from '../exchange/simulator-state.ts'
import { strikeInstead } from '../exchange/strike-instead.ts'

/** An embedding request of either format, read. */
export interface EmbeddingCall {
  provider: Provider
  endpoint: string
  model: string
  texts: string[]
  /** Why the provider would refuse it. */
  failure: Failure | undefined
  answer: (texts: readonly string[], tokens: number) => unknown
  reply: (failure: Failure) => Reply
}

/** Answers an embedding request after the time to first token; faults that replace an answer strike here too. */
export function answerEmbedding(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  call: EmbeddingCall,
): void {
  const prompt = call.texts[0] ?? ''
  const attempt = startAttempt(state, request, response, {
    provider: call.provider,
    endpoint: call.endpoint,
    model: call.model,
    prompt,
    stream: false,
    prefillLength: 0,
  })
  const model = parseModelName(call.model)
  const unknown = model.unknown.length > 0 ? unknownFault(model.unknown) : undefined
  const failure = keyFailure(callerKey(request)) ?? call.failure ?? unknown
  if (failure !== undefined) return sendReply(response, attempt, call.reply(failure), 'rejected')

  const key = {
    provider: call.provider,
    model: call.model,
    base: model.base,
    promptHash: promptHash(prompt),
  }
  const plan = planFaults(state.faults.strike(key, model.faults))
  attempt.record.fault = plan.name
  if (plan.instead !== undefined) return strikeInstead(plan.instead, response, attempt, call.reply)

  const tokens = call.texts.reduce((sum, text) => sum + countTokens(text), 0)
  attempt.record.tokensIn = tokens
  const delayMs =
    plan.firstTokenMs ?? model.pace.timeToFirstTokenMs ?? state.pace.timeToFirstTokenMs
  const send = (): void => {
    const body = JSON.stringify(call.answer(call.texts, tokens))
    const reply = { status: 200, headers: { 'content-type': 'application/json' }, body }
    sendReply(response, attempt, reply, 'completed')
  }
  if (delayMs === 0) return send()
  const task = { dueAtMs: attempt.arrivedAtMs + delayMs, cancelled: false, run: send }
  attempt.onAbort(() => {
    task.cancelled = true
  })
  state.wheel.schedule(task)
}
