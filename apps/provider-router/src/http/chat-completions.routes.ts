import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express, Request, Response } from 'express'
import { admitChat } from '../admit/admit-chat.ts'
import type { Caller } from '../admit/authenticate.ts'
import type { RouteEvent } from '../call/route-event.ts'
import { idempotencyKey } from '../idempotency/idempotency-key.ts'
import { ChunkFormer } from '../normalise/chunk-former.ts'
import { CompletionFormer } from '../normalise/completion-former.ts'
import { newCompletionId } from '../normalise/identifiers.ts'
import { joinDeltas } from '../normalise/join-deltas.ts'
import { legacyChunks, legacyCompletion } from '../normalise/legacy-function-call.ts'
import { answerStyle } from '../style/answer-style.ts'
import type { AnswerStyle } from '../style/answer-style.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { AttemptHeaders } from './attempt-headers.ts'
import { authenticated } from './authenticated.ts'
import { CallerGone, callerSignal } from './caller-signal.ts'
import { startChat } from './chat-route.ts'
import { CompletionStream } from './completion-stream.ts'
import { errorItem } from './error-item.ts'
import { requestWishes } from './request-wishes.ts'
import { sendJson } from './send-json.ts'
import { tellOnce } from './tell-once.ts'
import { readsEventsOfWhole, tellWithEvents } from './tell-with-events.ts'
import type { HearEvent } from './tell-with-events.ts'

/** One request on its way to its answer. */
interface Answering {
  readonly body: ChatCompletionRequest
  readonly events: AsyncIterable<RouteEvent>
  readonly headers: AttemptHeaders
  readonly style: AnswerStyle
  readonly passesEvents: boolean
  readonly callsFunctions: boolean
}

/** `POST /v1/chat/completions`. */
export function registerChatCompletions(app: Express, dependencies: AppDependencies): void {
  const answer = async (request: Request, response: Response, caller: Caller): Promise<void> => {
    const { body, callsFunctions } = admitChat(request.body)
    const wishes = requestWishes(request, body)
    const headers = new AttemptHeaders(response)
    const start = (signal: AbortSignal): Answering => {
      const { events, decisionId } = startChat({ body, caller, wishes, signal }, dependencies)
      headers.decidedBy(decisionId)
      return {
        body,
        events,
        headers,
        style: answerStyle(body, wishes.style ?? usualStyle(body, dependencies)),
        passesEvents: wishes.readsEvents,
        callsFunctions,
      }
    }
    try {
      const key = idempotencyKey(request)
      if (body.stream === true) {
        await answerByStream(response, start(callerSignal(response)), dependencies)
      } else if (readsEventsOfWhole(request, wishes)) {
        const answering = start(callerSignal(response))
        await tellWithEvents(response, (hear) => wholeAnswer(answering, hear), dependencies)
      } else if (key === undefined) {
        sendJson(response, await wholeAnswer(start(callerSignal(response))))
      } else {
        const asked = { caller, key, request: ['chat', body, wishes] }
        // Also for a caller that has gone: it will ask again.
        const answerAnyway = (): Promise<unknown> =>
          wholeAnswer(start(new AbortController().signal))
        await tellOnce(response, asked, answerAnyway, dependencies)
      }
    } catch (error) {
      headers.noteFailure(error)
      if (!(error instanceof CallerGone)) throw error
    }
  }
  app.post('/v1/chat/completions', authenticated(dependencies.authenticate, answer))
}

async function answerByStream(
  response: Response,
  { body, events, headers, style, passesEvents, callsFunctions }: Answering,
  { logger }: AppDependencies,
): Promise<void> {
  const stream = new CompletionStream(response)
  const chunks = new ChunkFormer({
    id: newCompletionId(),
    created: nowSeconds(),
    model: body.model,
    tellsUsage: body.stream_options?.include_usage === true,
  })
  try {
    for await (const event of events) {
      headers.note(event)
      if (event.type === 'parts') {
        const told = chunks.add(style.apply(joinDeltas(event.parts)))
        await stream.write(callsFunctions ? legacyChunks(told) : told)
      } else if (passesEvents) {
        if (event.event.type === 'restart') {
          chunks.restart(body.model)
          style.restart()
        }
        await stream.write([chunks.event(event.event)])
      }
      if (response.destroyed) throw new CallerGone()
    }
    const usage = chunks.usage()
    stream.end(usage === undefined ? [] : [usage])
  } catch (error) {
    if (!stream.isOpen || error instanceof CallerGone) throw error
    if (!(error instanceof ServiceError)) logger.error({ err: error }, 'a stream failed')
    stream.fail(errorItem(error))
  }
}

async function wholeAnswer(
  { body, events, headers, style, callsFunctions }: Answering,
  hear?: HearEvent,
): Promise<object> {
  const completion = new CompletionFormer(body.model)
  for await (const event of events) {
    headers.note(event)
    if (event.type !== 'parts') {
      await hear?.(event.event)
      continue
    }
    for (const part of style.apply(event.parts)) completion.add(part)
  }
  headers.setCost()
  const told = completion.form({ id: newCompletionId(), created: nowSeconds() })
  return callsFunctions ? legacyCompletion(told) : told
}

/** Likelihoods are those of the words as the model wrote them. */
function usualStyle(
  body: ChatCompletionRequest,
  { table }: Pick<AppDependencies, 'table'>,
): 'brainlyx' | 'raw' {
  return body.logprobs === true ? 'raw' : table().settings.style
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
