import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../answer/json-value.ts'
import { produce } from '../answer/production.ts'
import { endsWithAssistant, prefillOf, promptOf } from '../conversation/conversation.ts'
import { planFaults } from '../fault/fault-plan.ts'
import { parseModelName } from '../fault/parse-model-name.ts'
import { paceOf } from '../pace/pace.ts'
import { RejectedRequest } from '../wire/failure.ts'
import type { Failure } from '../wire/failure.ts'
import { randomLetters } from '../wire/identifier.ts'
import type { ChatRequest, ChatTarget, Exchange, Wire } from '../wire/wire.ts'
import { sendAnswerDocument } from './answer-document.ts'
import { AnswerStream } from './answer-stream.ts'
import { callerKey, keyFailure } from './caller-key.ts'
import { promptHash, startAttempt } from './running-attempt.ts'
import { sendReply } from './send-reply.ts'
import type { SimulatorState } from './simulator-state.ts'
import { strikeInstead } from './strike-instead.ts'

export interface ChatCall {
  wire: Wire
  target: ChatTarget
  body: ParsedBody
}

/** The body as a JSON object, or why there is none. */
export type ParsedBody = { ok: true; value: JsonObject } | { ok: false; failure: Failure }

/** Answers one request for text: as asked, or as the faults that strike it say. */
export function answerChat(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  call: ChatCall,
): void {
  const { wire } = call
  const read = readRequest(call)
  const chat = 'failure' in read ? undefined : read.chat
  const prompt = chat === undefined ? '' : promptOf(chat.conversation)
  const prefill = chat === undefined ? '' : prefillOf(chat.conversation)
  const attempt = startAttempt(state, request, response, {
    provider: wire.provider,
    endpoint: wire.endpoint,
    model: chat?.model ?? call.target.model,
    prompt,
    stream: chat?.stream ?? call.target.stream,
    prefillLength: prefill.length,
  })
  const reject = (failure: Failure): void => {
    const { model, stream } = attempt.record
    sendReply(response, attempt, wire.failure(failure, { model, stream }), 'rejected')
  }

  const badKey = keyFailure(callerKey(request))
  if (badKey !== undefined) return reject(badKey)
  if ('failure' in read) return reject(read.failure)
  const model = parseModelName(read.chat.model)
  if (model.unknown.length > 0) return reject(unknownFault(model.unknown))

  const key = {
    provider: wire.provider,
    model: read.chat.model,
    base: model.base,
    promptHash: promptHash(prompt),
  }
  const plan = planFaults(state.faults.strike(key, model.faults))
  attempt.record.fault = plan.name
  if (plan.instead !== undefined) {
    const target = { model: model.base, stream: read.chat.stream }
    return strikeInstead(plan.instead, response, attempt, (failure) =>
      wire.failure(failure, target),
    )
  }
  if (plan.refusesPrefill && endsWithAssistant(read.chat.conversation)) {
    return sendReply(response, attempt, wire.failure({ kind: 'no-prefill' }, read.chat), 'fault')
  }

  const production = produce(read.chat.conversation, state.promptCache, plan.bend)
  attempt.record.tokensIn = production.usage.input
  attempt.record.tokensInAnswer = production.usage.output
  attempt.record.continued = production.continued
  const exchange: Exchange = {
    id: randomLetters(29),
    createdAtMs: Date.now(),
    model: model.base,
    production,
    request: read.chat,
    breakpoints: plan.midway.map((fault) => fault.afterTokens),
  }
  const pace = paceOf(request.headers, model.pace, state.pace)
  const options = { response, wheel: state.wheel, pace, plan, wire, exchange, attempt }
  if (read.chat.stream) new AnswerStream(options).start()
  else sendAnswerDocument(options)
}

function readRequest({
  wire,
  target,
  body,
}: ChatCall): { chat: ChatRequest } | { failure: Failure } {
  if (!body.ok) return { failure: body.failure }
  try {
    return { chat: wire.read(body.value, target) }
  } catch (error) {
    if (error instanceof RejectedRequest) return { failure: error.failure }
    throw error
  }
}

/** A mistyped fault must not pass as a model without faults. */
export function unknownFault(suffixes: readonly string[]): Failure {
  return {
    kind: 'invalid',
    message: `The provider simulator knows no fault or pace named ${suffixes.join(', ')}.`,
    parameter: 'model',
  }
}
