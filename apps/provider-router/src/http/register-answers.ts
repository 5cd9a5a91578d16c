import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express, Request, Response } from 'express'
import type { Caller } from '../admit/authenticate.ts'
import type { RouteEvent } from '../call/route-event.ts'
import { idempotencyKey } from '../idempotency/idempotency-key.ts'
import { joinDeltas } from '../normalise/join-deltas.ts'
import { answerStyle } from '../style/answer-style.ts'
import type { AnswerStyle } from '../style/answer-style.ts'
import type { AdmittedAnswer, AnswerForm } from './answer-form.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { AttemptHeaders } from './attempt-headers.ts'
import { authenticated } from './authenticated.ts'
import { CallerGone, callerSignal } from './caller-signal.ts'
import { startChat } from './chat-route.ts'
import { CompletionStream } from './completion-stream.ts'
import { errorItem } from './error-item.ts'
import { requestWishes } from './request-wishes.ts'
import type { RequestWishes } from './request-wishes.ts'
import { sendJson } from './send-json.ts'
import { tellOnce } from './tell-once.ts'
import { readsEventsOfWhole, tellWithEvents } from './tell-with-events.ts'
import type { HearEvent } from './tell-with-events.ts'

/** One request on its way to its answer. */
interface Answering {
  readonly form: AnswerForm
  readonly events: AsyncIterable<RouteEvent>
  readonly headers: AttemptHeaders
  readonly style: AnswerStyle
  readonly wishes: RequestWishes
}

/**
 * A path whose requests models answer, streamed and whole.
 * @param admit throws a {@link ServiceError} for what is not valid
 */
export function registerAnswers(
  app: Express,
  path: string,
  admit: (json: unknown, caller: Caller) => AdmittedAnswer | Promise<AdmittedAnswer>,
  dependencies: AppDependencies,
): void {
  const answer = async (request: Request, response: Response, caller: Caller): Promise<void> => {
    const { body, form, asked } = await admit(request.body, caller)
    const wishes = wishesOf(request, body, form)
    const headers = new AttemptHeaders(response)
    const start = (signal: AbortSignal): Answering => {
      const { events, decisionId } = startChat({ body, caller, wishes, signal }, dependencies)
      headers.decidedBy(decisionId)
      const style = answerStyle(body, wishes.style ?? usualStyle(body, dependencies))
      return { form, events, headers, style, wishes }
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
        // Also for a caller that has gone: it will ask again.
        const answerAnyway = (): Promise<unknown> =>
          wholeAnswer(start(new AbortController().signal))
        const known = { caller, key, request: [...asked, wishes] }
        await tellOnce(response, known, answerAnyway, dependencies)
      }
    } catch (error) {
      headers.noteFailure(error)
      if (!(error instanceof CallerGone)) throw error
    }
  }
  app.post(path, authenticated(dependencies.authenticate, answer))
}

async function answerByStream(
  response: Response,
  { form, events, headers, style, wishes }: Answering,
  { logger }: AppDependencies,
): Promise<void> {
  const stream = new CompletionStream(response, form.format(wishes))
  const told = form.stream()
  try {
    for await (const event of events) {
      headers.note(event)
      if (event.type === 'parts') {
        await stream.write(told.add(style.apply(joinDeltas(event.parts))))
      } else if (wishes.readsEvents) {
        if (event.event.type === 'restart') style.restart()
        await stream.write([told.event(event.event)])
      }
      if (response.destroyed) throw new CallerGone()
    }
    stream.end(await told.end())
  } catch (error) {
    if (!stream.isOpen || error instanceof CallerGone) throw error
    if (!(error instanceof ServiceError)) logger.error({ err: error }, 'a stream failed')
    stream.fail(told.fail(errorItem(error)))
  }
}

async function wholeAnswer(
  { form, events, headers, style }: Answering,
  hear?: HearEvent,
): Promise<object> {
  const whole = form.whole()
  for await (const event of events) {
    headers.note(event)
    if (event.type === 'parts') whole.add(style.apply(event.parts))
    else await hear?.(event.event)
  }
  headers.setCost()
  return whole.form()
}

function wishesOf(request: Request, body: ChatCompletionRequest, form: AnswerForm): RequestWishes {
  const wishes = requestWishes(request, body)
  return form.takesRestarts ? wishes : { ...wishes, forgets: false }
}

/** Likelihoods are those of the words as the model wrote them. */
function usualStyle(
  body: ChatCompletionRequest,
  { table }: Pick<AppDependencies, 'table'>,
): 'brainlyx' | 'raw' {
  return body.logprobs === true ? 'raw' : table().settings.style
}
