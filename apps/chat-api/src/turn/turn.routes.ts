import type { StartTurnInput, Turn } from '@brainlyx/chat-contract'
import type { TurnRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { LOG_START, parsePosition } from '@brainlyx/turn-engine'
import type { LogEntry } from '@brainlyx/turn-engine'
import type { Request, Response } from 'express'
import type { Gauge } from 'prom-client'
import { ANSWERED } from '../http/register-routes.ts'
import type { Handlers } from '../http/register-routes.ts'
import { invalidRequest } from '../http/validate.ts'
import { streamEntries } from './stream-entries.ts'
import type { TurnService } from './turn.service.ts'

export interface TurnRoutesDependencies {
  turns: TurnService
  entriesOf: (turn: TurnRow, afterId: string, signal: AbortSignal) => AsyncGenerator<LogEntry, void>
  openStreams: Gauge
  /** Aborts when readers of turns that run elsewhere should go there: this process is about to end. */
  leaving: AbortSignal
  runsHere: (turnId: string) => boolean
}

export function turnRoutes(
  dependencies: TurnRoutesDependencies,
): Pick<Handlers, 'startFirstTurn' | 'startTurn' | 'getTurn' | 'followTurn' | 'stopTurn'> {
  const { turns, openStreams } = dependencies

  async function stream(request: Request, response: Response, turn: TurnRow): Promise<void> {
    const afterId = cursorOf(request)
    const gone = new AbortController()
    const leave = (): void => {
      if (!dependencies.runsHere(turn.id)) gone.abort()
    }
    if (response.closed) return
    response.once('close', () => gone.abort())
    dependencies.leaving.addEventListener('abort', leave)
    openStreams.inc()
    try {
      await streamEntries({ response, entries: dependencies.entriesOf(turn, afterId, gone.signal) })
    } finally {
      openStreams.dec()
      dependencies.leaving.removeEventListener('abort', leave)
    }
  }

  async function answer(
    call: { request: Request; response: Response; principal: { userId: string } },
    chatId: string | null,
    input: StartTurnInput,
  ) {
    const { request, response, principal } = call
    const wanted = request.accepts(['application/json', 'text/event-stream', 'text/html'])
    if (wanted === false) throw notAcceptable
    const turn = await turns.start(principal.userId, chatId, input)
    if (wanted === 'text/event-stream') {
      await stream(request, response, turn)
      return ANSWERED
    }
    if (wanted === 'text/html' || request.is('application/x-www-form-urlencoded') !== false) {
      response.redirect(303, `/c/${turn.sessionId}`)
      return ANSWERED
    }
    return { turnId: turn.id, chatId: turn.sessionId }
  }

  return {
    startFirstTurn: (call) => answer(call, null, call.body),
    startTurn: (call) => answer(call, call.params.chatId, call.body),

    async getTurn({ principal, params }) {
      return toTurn(await turns.find(principal.userId, params.turnId))
    },

    async followTurn({ principal, params, request, response }) {
      const turn = await turns.find(principal.userId, params.turnId)
      if (request.method === 'HEAD') response.type('text/event-stream').end()
      else await stream(request, response, turn)
      return ANSWERED
    },

    async stopTurn({ principal, params }) {
      return toTurn(await turns.stop({ userId: principal.userId, turnId: params.turnId }))
    },
  }
}

function cursorOf(request: Request): string {
  const given = request.get('last-event-id')
  if (given === undefined || given === '') return LOG_START
  if (parsePosition(given) === undefined) {
    throw invalidRequest([{ path: 'Last-Event-ID', message: 'is not an id of this stream' }])
  }
  return given
}

function toTurn(row: TurnRow): Turn {
  const { id, sessionId, state, model, userMessageId, answerMessageId, finish, problem } = row
  return {
    id,
    chatId: sessionId,
    state,
    model,
    userMessageId,
    answerMessageId,
    finish,
    problem,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}

const notAcceptable = new ServiceError({
  code: 'not-acceptable',
  status: 406,
  title: 'None of these media types can be answered.',
  detail: 'Accept text/event-stream, application/json or text/html.',
})
