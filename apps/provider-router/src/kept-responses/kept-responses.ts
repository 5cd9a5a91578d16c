import type { InputItem } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import { hash } from 'node:crypto'
import type OpenAI from 'openai'
import { callerName } from '../admit/authenticate.ts'
import type { Caller } from '../admit/authenticate.ts'
import type { Coordination } from '../coordination/coordination.ts'
import { seal, unseal } from '../coordination/seal.ts'
import { isSaid, saidOutput } from './said-items.ts'

type Response = OpenAI.Responses.Response

/** What is longer is not kept: its caller has to send it again. */
const LONGEST = 4_000_000

/** Whose they are: nobody else's ids lead anywhere. */
export interface ResponseOwner {
  readonly caller: Caller
  /** For whom a service speaks; who has a key of its own says what it likes here, as at OpenAI. */
  readonly user: string | null
}

/** A conversation as far as one response. */
export interface KeptConversation {
  /** Of the responses it is made of, oldest first. */
  readonly responseIds: readonly string[]
  /** All that was said, oldest first. */
  readonly items: readonly InputItem[]
}

export interface NewResponse {
  readonly response: Response
  /** What it went on from. */
  readonly earlier: KeptConversation | undefined
  /** What was said with it. */
  readonly input: readonly InputItem[]
}

/**
 * Responses for whoever goes on from one by its id, or names an item of it, on whichever replica. Redis has each sealed
 * with its own id, which only its caller knows: what is not asked for can be read by nobody, and goes by itself.
 */
export interface KeptResponses {
  /** Whether any are kept at all: there is a Redis, and the configuration says how long. */
  readonly isOpen: boolean
  /** Whether one can be kept now: not while Redis is away. */
  readonly isWritable: boolean
  /** Never throws: one that is not kept cannot be gone on from, and that is all. */
  keep(owner: ResponseOwner, response: NewResponse): Promise<void>
  /** Without what only its model can read. @throws {ServiceError} 404 `response-not-found`, 503 `kept-responses-away` */
  response(owner: ResponseOwner, id: string): Promise<Response>
  /** What it answers, oldest first, as far as it is there. @throws {ServiceError} as `response` */
  input(owner: ResponseOwner, id: string): Promise<readonly InputItem[]>
  /** Whoever goes on from it, or from what follows it, does so no more. @throws {ServiceError} as `response` */
  delete(owner: ResponseOwner, id: string): Promise<void>
  /** Keeps all of it as long again. @throws {ServiceError} 400 `previous-response-not-found`, 503 `kept-responses-away` */
  conversation(owner: ResponseOwner, id: string): Promise<KeptConversation>
  /** Those that are there, by id. @throws {ServiceError} 503 `kept-responses-away` */
  items(owner: ResponseOwner, ids: readonly string[]): Promise<ReadonlyMap<string, InputItem>>
}

interface Kept {
  readonly earlierIds: readonly string[]
  readonly input: readonly InputItem[]
  readonly response: Response
}

function itemsOf({ input, response }: Kept): InputItem[] {
  return [...input, ...saidOutput(response)]
}

/** They are for who goes on from a response, and never told here. */
function withoutThoughts(response: Response): Response {
  const output = response.output.map((item) => {
    if (item.type !== 'reasoning') return item
    const { encrypted_content: _thoughts, ...told } = item
    return told
  })
  return { ...response, output }
}

export function createKeptResponses(options: {
  coordination: Coordination
  logger: Logger
  keptMs: () => number
}): KeptResponses {
  const { coordination, logger, keptMs } = options

  async function read<Thing>(
    owner: ResponseOwner,
    ids: readonly string[],
  ): Promise<(Thing | undefined)[]> {
    if (ids.length === 0) return []
    const names = ids.map((id) => namesOf(owner, id))
    const replies = await readPlaces(names.map(({ place }) => place))
    return names.map(({ sealKey }, index) => {
      const found = replies[index]
      const json = typeof found === 'string' ? unseal(found, sealKey) : undefined
      return json === undefined ? undefined : (JSON.parse(json) as Thing)
    })
  }

  const isOpen = (): boolean => coordination.isShared && keptMs() > 0

  async function readResponse(owner: ResponseOwner, id: string): Promise<Kept> {
    if (!isOpen()) throw responseNotFound(id, 'responses are not kept here')
    const [kept] = await read<Kept>(owner, [id])
    if (kept === undefined) throw responseNotFound(id)
    return kept
  }

  /** Each is kept as long again. */
  async function readPlaces(places: readonly string[]): Promise<unknown[]> {
    const { redis } = coordination
    if (redis === undefined) throw away()
    const reading = redis.pipeline()
    for (const place of places) reading.getex(place, 'PX', keptMs())
    const replies = await reading.exec().catch((error: unknown) => {
      throw away(error)
    })
    return places.map((_, index) => {
      const [error, found] = replies?.[index] ?? [new Error('no answer of Redis')]
      if (error !== null) throw away(error)
      return found
    })
  }

  return {
    get isOpen() {
      return isOpen()
    },

    get isWritable() {
      return coordination.redis !== undefined && keptMs() > 0
    },

    async keep(owner, { response, earlier, input }) {
      const { redis } = coordination
      if (redis === undefined) return
      const earlierIds = earlier?.responseIds ?? []
      const kept: Kept = { earlierIds, input: input.filter(isSaid), response }
      const things: [string, unknown][] = [
        [response.id, kept],
        ...saidOutput(response).map((item) => [item.id, item] as [string, unknown]),
      ]
      try {
        const writing = redis.multi()
        for (const [name, thing] of things) {
          const { place, sealKey } = namesOf(owner, name)
          const sealed = seal(JSON.stringify(thing), sealKey)
          if (sealed.length > LONGEST) throw new Error(`it is ${sealed.length} letters long`)
          writing.set(place, sealed, 'PX', keptMs())
        }
        await writing.exec()
      } catch (error) {
        logger.warn({ err: error }, 'a response is not kept for who goes on from it')
      }
    },

    async response(owner, id) {
      return withoutThoughts((await readResponse(owner, id)).response)
    },

    async input(owner, id) {
      const kept = await readResponse(owner, id)
      const earlier = await read<Kept>(owner, kept.earlierIds)
      const said = [
        ...earlier.flatMap((each) => (each === undefined ? [] : itemsOf(each))),
        ...kept.input,
      ]
      return said.filter(({ type }) => type !== 'reasoning')
    },

    async delete(owner, id) {
      const { response } = await readResponse(owner, id)
      const places = [id, ...saidOutput(response).map((item) => item.id)].map(
        (name) => namesOf(owner, name).place,
      )
      const { redis } = coordination
      if (redis === undefined) throw away()
      await redis.del(...places).catch((error: unknown) => {
        throw away(error)
      })
    },

    async conversation(owner, id) {
      const [last] = await read<Kept>(owner, [id])
      if (last === undefined) throw previousNotFound(id)
      const earlier = await read<Kept>(owner, last.earlierIds)
      const lost = earlier.indexOf(undefined)
      if (lost >= 0) throw previousNotFound(last.earlierIds[lost]!)
      return {
        responseIds: [...last.earlierIds, id],
        items: [...earlier, last].flatMap((kept) => itemsOf(kept!)),
      }
    },

    async items(owner, ids) {
      const found = await read<InputItem>(owner, ids)
      return new Map(
        found.flatMap((item, index) => (item === undefined ? [] : [[ids[index]!, item]])),
      )
    },
  }
}

function namesOf({ caller, user }: ResponseOwner, id: string): { place: string; sealKey: string } {
  const name = JSON.stringify([callerName(caller), caller.kind === 'service' ? user : null, id])
  return {
    place: `response:${hash('sha256', `place ${name}`)}`,
    sealKey: hash('sha256', `seal ${name}`),
  }
}

function away(cause?: unknown): ServiceError {
  return new ServiceError({
    code: 'kept-responses-away',
    status: 503,
    title: 'What was said before cannot be read just now.',
    detail: 'Try again in a moment, or send the whole conversation as `input`.',
    retryable: true,
    retryAfterMs: 1_000,
    cause,
  })
}

const GONE = 'it was made with `store: false`, deleted, or not used for too long'

/** As OpenAI has it: what is asked for is missed with 404, what is only named in a request with 400. */
function responseNotFound(id: string, why = GONE): ServiceError {
  return new ServiceError({
    code: 'response-not-found',
    status: 404,
    title: 'This response is not kept.',
    detail: `Response with id '${id}' not found: ${why}.`,
  })
}

function previousNotFound(id: string): ServiceError {
  return new ServiceError({
    code: 'previous-response-not-found',
    status: 400,
    title: 'This response is not kept.',
    detail: `Previous response with id '${id}' not found: ${GONE}. Send the whole conversation as \`input\`.`,
    fields: [{ path: 'previous_response_id', message: 'is not kept' }],
  })
}
