import type { StartTurnInput, Turn } from '@brainlyx/chat-contract'
import type { TurnRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Principal } from '../http/principal.ts'
import { ANSWERED } from '../http/register-routes.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { StreamCall } from './stream-turn.ts'
import type { TurnService } from './turn.service.ts'

export interface TurnRoutesDependencies {
  turns: TurnService
  /** Whether they may begin a turn at all. @throws {ServiceError} 403 */
  admit: (principal: Principal) => Promise<void>
  /** Streams a turn to a reader. */
  stream: (call: StreamCall, turn: TurnRow) => Promise<void>
}

export function turnRoutes(
  dependencies: TurnRoutesDependencies,
): Pick<Handlers, 'startFirstTurn' | 'startTurn' | 'getTurn' | 'followTurn' | 'stopTurn'> {
  const { turns, stream } = dependencies

  /** Returned and not awaited by who has the turn, whose row would stay in memory for as long as a reader waits. */
  async function answerByStream(call: StreamCall, turn: TurnRow): Promise<typeof ANSWERED> {
    return stream(call, turn).then(() => ANSWERED)
  }

  async function answer(call: StreamCall, chatId: string | null, input: StartTurnInput) {
    const { request, response, principal } = call
    const wanted = request.accepts(['application/json', 'text/event-stream', 'text/html'])
    if (wanted === false) throw notAcceptable
    await dependencies.admit(principal)
    const turn = await turns.start(principal.userId, chatId, input)
    if (wanted === 'text/event-stream') return answerByStream(call, turn)
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
      if (request.method !== 'HEAD') return answerByStream({ request, response, principal }, turn)
      response.type('text/event-stream').end()
      return ANSWERED
    },

    async stopTurn({ principal, params }) {
      return toTurn(await turns.stop({ userId: principal.userId, turnId: params.turnId }))
    },
  }
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
