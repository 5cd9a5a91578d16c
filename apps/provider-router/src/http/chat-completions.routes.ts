import {
  ATTEMPTS_HEADER,
  ChatCompletionRequest,
  DEPLOYMENT_HEADER,
  EVENTS_HEADER,
} from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express, Request, Response } from 'express'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { validate } from '../admit/validate.ts'
import { chatOperation } from '../call/chat-operation.ts'
import { RouteFailure } from '../call/route-failure.ts'
import { isDelivery } from '../call/is-delivery.ts'
import { runOperation } from '../call/run-operation.ts'
import type { RouteEvent } from '../call/run-operation.ts'
import { chooseCandidates } from '../choose/choose-candidates.ts'
import type { Candidate } from '../choose/choose-candidates.ts'
import { needsOf } from '../choose/request-needs.ts'
import { ChunkFormer } from '../normalise/chunk-former.ts'
import { CompletionFormer } from '../normalise/completion-former.ts'
import { newCompletionId } from '../normalise/identifiers.ts'
import { selectModel } from '../select/select-model.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { authenticated } from './authenticated.ts'
import { CallerGone, callerSignal } from './caller-signal.ts'
import { CompletionStream } from './completion-stream.ts'
import { errorItem } from './error-item.ts'

/** `POST /v1/chat/completions`. */
export function registerChatCompletions(app: Express, dependencies: AppDependencies): void {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const body = validate(ChatCompletionRequest, request.body)
    const events = route(request, response, body, dependencies)
    try {
      if (body.stream === true) await answerByStream(request, response, body, events, dependencies)
      else await answerWhole(response, body, events)
    } catch (error) {
      if (!(error instanceof CallerGone)) throw error
    }
  }
  app.post('/v1/chat/completions', authenticated(dependencies.authenticate, answer))
}

function route(
  request: Request,
  response: Response,
  body: ChatCompletionRequest,
  { table, adapterFor, calls }: AppDependencies,
): AsyncGenerator<RouteEvent> {
  const now = table()
  const streams = body.stream === true
  const operation = chatOperation(body, { streams, adapterFor })
  const candidates = chooseCandidates(selectModel(now, body.model), needsOf(body), calls.health)
  // Only a caller that reads events can be told to forget what it has.
  const usable = wantsEvents(request)
    ? candidates
    : candidates.filter((candidate) => !operation.restarts(candidate))
  if (usable.length === 0) {
    throw new ServiceError({
      code: 'prefill-unsupported',
      status: 400,
      title: 'The model cannot go on from the beginning of an answer.',
    })
  }
  const signal = callerSignal(response)
  return runOperation(operation, { candidates: usable, deadlineMs: now.deadlineMs, signal }, calls)
}

async function answerByStream(
  request: Request,
  response: Response,
  body: ChatCompletionRequest,
  events: AsyncIterable<RouteEvent>,
  { logger }: AppDependencies,
): Promise<void> {
  const stream = new CompletionStream(response)
  const chunks = new ChunkFormer({
    id: newCompletionId(),
    created: nowSeconds(),
    model: body.model,
  })
  const passesEvents = wantsEvents(request)
  const attempts = new AttemptHeaders(response)
  let begun = false
  try {
    for await (const event of events) {
      attempts.note(event)
      if (event.type === 'part') {
        for (const chunk of chunks.add(event.part)) await stream.write(chunk)
        if (!begun && isDelivery(event.part)) {
          begun = true
          // Node sends what was written when this turn of its loop is over. Where a provider sent many pieces in one
          // packet, the first would have to wait until all of them are read.
          await nextTurn()
        }
      } else if (passesEvents) {
        if (event.event.type === 'restart') chunks.restart(body.model)
        await stream.write(chunks.event(event.event))
      }
      if (response.destroyed) throw new CallerGone()
    }
    const usage = body.stream_options?.include_usage === true ? chunks.usage() : undefined
    if (usage !== undefined) await stream.write(usage)
    await stream.end()
  } catch (error) {
    attempts.noteFailure(error)
    if (!stream.isOpen || error instanceof CallerGone) throw error
    if (!(error instanceof ServiceError)) logger.error({ err: error }, 'a stream failed')
    await stream.fail(errorItem(error))
  }
}

async function answerWhole(
  response: Response,
  body: ChatCompletionRequest,
  events: AsyncIterable<RouteEvent>,
): Promise<void> {
  const attempts = new AttemptHeaders(response)
  const completion = new CompletionFormer(body.model)
  try {
    for await (const event of events) {
      attempts.note(event)
      if (event.type === 'part') completion.add(event.part)
    }
  } catch (error) {
    attempts.noteFailure(error)
    throw error
  }
  response.json(completion.form({ id: newCompletionId(), created: nowSeconds() }))
}

/** Who answered and after how many calls, as far as it is known before the first byte. */
class AttemptHeaders {
  readonly #response: Response
  #attempts = 0
  #answering: Candidate | undefined

  constructor(response: Response) {
    this.#response = response
  }

  note(event: RouteEvent): void {
    if (event.type === 'event') {
      if (event.event.type === 'attempt-start') this.#attempts++
      return
    }
    if (this.#answering !== undefined) return
    this.#answering = event.candidate
    this.#set(DEPLOYMENT_HEADER, event.candidate.deployment.id)
    this.#set(ATTEMPTS_HEADER, String(this.#attempts))
  }

  noteFailure(error: unknown): void {
    if (error instanceof RouteFailure) this.#set(ATTEMPTS_HEADER, String(error.attempts))
  }

  #set(name: string, value: string): void {
    // A deployment's id may hold what a caller typed after a wildcard's prefix.
    if (!this.#response.headersSent && /^[\x20-\x7e]+$/.test(value)) {
      this.#response.setHeader(name, value)
    }
  }
}

function wantsEvents(request: Request): boolean {
  return request.get(EVENTS_HEADER) === '1'
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
