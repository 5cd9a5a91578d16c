import { z } from 'zod'
import { Identifier } from '../identifier.ts'
import { StartTurnInput, Turn, TurnAccepted } from '../turn.ts'
import type { Route } from './route.ts'

const ChatParams = z.object({ chatId: Identifier })
const TurnParams = z.object({ turnId: Identifier })

export const turnRoutes = {
  startFirstTurn: {
    method: 'POST',
    path: '/turns',
    summary: 'Start a chat with its first message',
    access: 'user',
    criticality: 'critical',
    body: StartTurnInput,
    status: 202,
    response: TurnAccepted,
    streams: true,
  },
  startTurn: {
    method: 'POST',
    path: '/chats/:chatId/turns',
    summary: 'Send a message',
    access: 'user',
    criticality: 'critical',
    params: ChatParams,
    body: StartTurnInput,
    status: 202,
    response: TurnAccepted,
    streams: true,
  },
  getTurn: {
    method: 'GET',
    path: '/turns/:turnId',
    summary: 'A turn’s state',
    access: 'user',
    params: TurnParams,
    status: 200,
    response: Turn,
  },
  followTurn: {
    method: 'GET',
    path: '/turns/:turnId/events',
    summary: 'A turn’s events, from `Last-Event-ID` on',
    access: 'user',
    criticality: 'critical',
    params: TurnParams,
    status: 200,
    streams: true,
  },
  stopTurn: {
    method: 'POST',
    path: '/turns/:turnId/stop',
    summary: 'Stop an answer; what came until then is kept',
    access: 'user',
    criticality: 'critical',
    params: TurnParams,
    status: 202,
    response: Turn,
  },
} as const satisfies Record<string, Route>
