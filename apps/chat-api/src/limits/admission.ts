import { Identifier } from '@brainlyx/chat-contract'
import type { Criticality, LimitName, Route } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { ServiceError, isShed, onceAnswered } from '@brainlyx/service-kit'
import type { PressureGauge, Reserve } from '@brainlyx/service-kit'
import type { AnswerPlaces } from '@brainlyx/turn-engine'
import type { Request, Response } from 'express'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { dayOf } from './day.ts'
import { modelNotInTier, overloaded, tooManyRequests } from './limit-errors.ts'
import { setLimitHeaders } from './limit-headers.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import { answersOf, bucketsOf, messagesOf, readersOf } from './limit-plan.ts'
import type { Limited, LimitedReader } from './limited.ts'
import type { Standings } from './standings.ts'
import type { LimitState, Taken, TakeRequest } from './store/limit-check.ts'
import type { LimitStore } from './store/limit-store.ts'
import type { TokenCounts } from './token-counts.ts'

export interface AdmissionCall {
  /** For metrics. */
  readonly name: string
  readonly route: Pick<Route, 'method' | 'streams' | 'criticality'>
  readonly principal: Pick<Principal, 'userId' | 'kind'> | null
  readonly origin: Pick<RequestOrigin, 'address'>
  readonly request: Request
  readonly response: Response
  /** What is asked for, where that is known without the page's body. */
  readonly message?: MessageRequest
}

/** A request that has been let in. */
export interface Admission {
  /**
   * Its handler is done. Gives back what only the request needed; and of a message that was not accepted after all,
   * everything.
   * @param error what the handler threw
   */
  end(error?: unknown): void
}

/** @throws {ServiceError} 429 `too-many-requests`, 403 `model-not-in-tier`, 503 `overloaded` */
export type Admit = (call: AdmissionCall) => Promise<Admission>

/** So long the same message sent again is known to have been counted. */
const SAME_MESSAGE_MS = 60 * 60 * 1000

/** What a message asks for, as far as limits care; checked in full later. */
interface MessageRequest {
  readonly turnId: string
  /** Absent: looked at by whoever asks. */
  readonly model?: string
}

/**
 * Lets requests in, through four layers: how often somebody asks, how much of theirs runs at once, the places of this
 * process of which a part is kept for critical work, and how near the process is to its end. The first two are one
 * question to Redis, the others cost nothing.
 */
export function createAdmission(options: {
  store: LimitStore
  limitedOf: LimitedReader
  standings: Pick<Standings, 'note'>
  tokens: Pick<TokenCounts, 'today' | 'forget'>
  places: Pick<AnswerPlaces, 'isHeld'>
  reserve: Reserve
  pressure: Pick<PressureGauge, 'current'>
  metrics: LimitMetrics
  nowMs: () => number
}): Admit {
  const { store, limitedOf, tokens, places, reserve, pressure, metrics, nowMs } = options

  /** The first two layers. */
  async function take(call: AdmissionCall, limited: Limited, message?: MessageRequest) {
    const readerId = isFollowing(call.route) ? newId() : undefined
    const request = planOf(call, limited, nowMs(), { message, readerId })
    const [taken, tokensUsed] = await Promise.all([
      request.checks.length === 0 ? nothingTaken : store.take(request),
      message === undefined ? 0 : tokensOf(limited, call.principal),
    ])
    const { tokensPerDay } = limited.allowance
    setLimitHeaders(call.response, taken.states, nowMs())
    if (taken.refused !== undefined) throw refuse(call, taken.refused)
    if (!taken.repeated && tokensPerDay !== null && tokensUsed >= tokensPerDay) {
      giveBack(taken, request)
      metrics.refused('rate', 'tokens', call.name)
      throw tooManyRequests({
        name: 'tokens',
        limit: tokensPerDay,
        perMinute: 0,
        retryAfterMs: dayOf(nowMs()).endsAtMs - nowMs(),
        shared: false,
      })
    }
    return { taken, request }
  }

  async function tokensOf(
    { allowance }: Limited,
    principal: AdmissionCall['principal'],
  ): Promise<number> {
    if (allowance.tokensPerDay === null || principal === null) return 0
    return tokens.today(principal.userId)
  }

  function refuse(call: AdmissionCall, { check, limit, retryAfterMs }: LimitState): ServiceError {
    const name = check.name as LimitName
    metrics.refused(check.kind === 'slots' ? 'concurrency' : 'rate', name, call.name)
    if (check.kind === 'bucket' && call.principal !== null)
      void options.standings.note(call.principal.userId, 'too-many-requests')
    return tooManyRequests({
      name,
      limit,
      perMinute: check.kind === 'bucket' ? check.perMinute : 0,
      retryAfterMs,
      shared: call.principal?.kind !== 'member' && check.key.includes('address:'),
    })
  }

  /** The other two. @returns what gives the place back */
  function enter(call: AdmissionCall, priority: number): () => void {
    const criticality: Criticality = call.route.criticality ?? 'normal'
    const leave = reserve.enter(criticality)
    if (leave === undefined) {
      metrics.refused('reserve', criticality, call.name)
      throw overloaded('reserve')
    }
    if (isShed(pressure.current, { criticality, priority })) {
      leave()
      metrics.refused('pressure', criticality, call.name)
      throw overloaded('pressure')
    }
    // What a stream sends later costs little.
    if (call.route.streams === true) onceAnswered(call.response, leave)
    return leave
  }

  /** All but the requests themselves: whoever asks for what cannot be asks all the same. */
  function giveBack(taken: Taken, { once }: TakeRequest): void {
    if (taken.repeated) return
    const windows = taken.states.flatMap(({ check }) =>
      check.kind === 'window' ? { key: check.key, cost: check.cost } : [],
    )
    if (windows.length > 0) store.giveBack({ windows, onceKey: once?.key })
    releasePlaces(taken)
  }

  function releasePlaces({ states }: Taken): void {
    for (const { check } of states) if (check.kind === 'slots') store.release(check)
  }

  return async (call) => {
    const limited = await limitedOf(call)
    const message = call.message ?? (startsTurn(call.route) ? messageOf(call.request) : undefined)
    const { models, priority } = limited.allowance.tier
    if (message?.model !== undefined && models?.includes(message.model) === false)
      throw modelNotInTier(message.model)
    const { taken, request } = await take(call, limited, message)
    let leave: () => void
    try {
      leave = enter(call, priority)
    } catch (error) {
      giveBack(taken, request)
      throw error
    }
    return {
      end(error) {
        leave()
        if (error instanceof ServiceError && error.code === 'wrong-credentials' && call.principal)
          void options.standings.note(call.principal.userId, 'failed-sign-ins')
        // An answer that is being written keeps its place until its end, whoever watches.
        if (message !== undefined && places.isHeld(message.turnId)) return
        // What was answered within the request is in the ledger by now.
        if (call.message !== undefined && call.principal) tokens.forget(call.principal.userId)
        if (error === undefined) releasePlaces(taken)
        else giveBack(taken, request)
      },
    }
  }
}

const nothingTaken: Taken = { refused: undefined, states: [], repeated: false, by: 'all' }

function planOf(
  { route }: AdmissionCall,
  limited: Limited,
  nowMs: number,
  { message, readerId }: { message: MessageRequest | undefined; readerId: string | undefined },
): TakeRequest {
  if (message !== undefined && limited.subject.user !== undefined) {
    return {
      checks: [
        ...bucketsOf(limited, 'requests'),
        ...messagesOf(limited, nowMs),
        ...answersOf(limited, message.turnId),
      ],
      once: {
        key: `limit:counted:${limited.subject.user}:${message.turnId}`,
        forMs: SAME_MESSAGE_MS,
        instead: bucketsOf(limited, 'critical-requests'),
      },
    }
  }
  const isCritical = route.criticality === 'critical' && !startsTurn(route)
  return {
    checks: [
      ...bucketsOf(limited, isCritical ? 'critical-requests' : 'requests'),
      ...(readerId === undefined ? [] : readersOf(limited, readerId)),
    ],
  }
}

const startsTurn = (route: AdmissionCall['route']): boolean =>
  route.streams === true && route.method === 'POST'
const isFollowing = (route: AdmissionCall['route']): boolean =>
  route.streams === true && route.method === 'GET'

/** Where the client has named no turn it is named here, so that it is counted under its name. */
function messageOf({ body }: Request): MessageRequest | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const input = body as { turnId?: unknown; model?: unknown }
  if (input.turnId === undefined || input.turnId === '') input.turnId = newId()
  const { data: turnId } = Identifier.safeParse(input.turnId)
  if (turnId === undefined) return undefined
  return { turnId, model: typeof input.model === 'string' ? input.model : 'auto' }
}
