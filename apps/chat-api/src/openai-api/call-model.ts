import { BudgetRefusedError, beginApiCall, endApiCall, withMissingPartition } from '@brainlyx/db'
import type { Database, TurnPrice } from '@brainlyx/db'
import {
  ATTEMPTS_HEADER,
  BrainlyxEvent,
  COST_HEADER,
  DECISION_HEADER,
  DEPLOYMENT_HEADER,
} from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import { AttemptLedger, answerCut, budgetProblem, routerError } from '@brainlyx/turn-engine'
import type { RouterClient, RouterPath } from '@brainlyx/turn-engine'
import type { Response } from 'express'
import type { Kysely } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KnownKey } from '../api-keys/key-directory.ts'
import { AnswerWriter } from './answer-writer.ts'
import { inputBytesOf } from './call-price.ts'
import { ToldTokens, estimateInputTokens } from './forwarded-body.ts'
import type { ModelCallBody } from './forwarded-body.ts'
import type { OpenCalls } from './open-calls.ts'
import { ResponseFormat, completionFormat, messageFormat } from './stream-format.ts'
import type { StreamFormat } from './stream-format.ts'

export interface ModelCall {
  /** UUIDv7 of its own time; its place among the answers that run at once has the same. */
  readonly callId: string
  readonly path: RouterPath
  readonly key: KnownKey
  readonly price: TurnPrice
  /** As it goes to the router. */
  readonly body: ModelCallBody
  readonly response: Response
}

export interface CallModelDependencies {
  readonly db: Kysely<Database>
  readonly router: Pick<RouterClient, 'open'>
  readonly calls: OpenCalls
  /** `processes.id` of this process. */
  readonly owner: string
  readonly logger: Logger
}

/** Before each attempt to write what a call cost; after the last a worker finds it. */
const SETTLE_PAUSES_MS = [0, 200, 1_000, 5_000, 15_000]
/** A database that is away holds no answer back for longer. */
const SETTLE_WAIT_MS = 2_000

/**
 * Has the router answer, and passes the answer on as it comes. The call is written down, and what it may cost reserved,
 * before anything costs; and what it cost before its caller hears that it is complete; if this process dies between, a worker settles it.
 * @throws {ServiceError} where nothing of the answer has been sent
 */
export async function callModel(
  { callId, path, key, price, body, response }: ModelCall,
  dependencies: CallModelDependencies,
): Promise<void> {
  const { db, router, calls, owner, logger } = dependencies
  const { keyId: apiKeyId, keyOwnerId: userId } = key
  const inputTokens = estimateInputTokens(body)
  const inputBytes = inputBytesOf(body)
  await begin(db, { callId, userId, apiKeyId, owner, inputTokens, price, inputBytes })
  const told = new ToldTokens()
  const format = formatOf(path)
  const writer = new AnswerWriter(response, format)
  const attempts = new HeardAttempts(response)
  const ledger = new AttemptLedger({
    db,
    logger,
    turn: { turnId: callId, userId, epoch: 1, apiKeyId },
    nowMs: () => performance.now(),
  })
  const settle = async (): Promise<void> => {
    ledger.abortOpen(() => ({ inputTokens, outputTokens: told.count }))
    await ledger.flush()
    await withMissingPartition(db, () =>
      db.transaction().execute(async (transaction) => {
        await ledger.writeSettled(transaction)
        await endApiCall(transaction, { userId, callId })
      }),
    )
  }
  const call = calls.open({ callId, key, toldTokens: () => told.count }, response)
  let whole: string | undefined
  let end: { readonly data: string; readonly item: Item } | undefined
  try {
    const { decisionId, items } = await router.open(path, body, call.signal)
    if (decisionId !== undefined) response.setHeader(DECISION_HEADER, decisionId)
    for await (const data of items) {
      const item = readItem(data)
      if (item.brainlyx !== undefined) attempts.hear(item.brainlyx, ledger)
      else if (item.error != null) throw routerError(item)
      else if (body.stream === true && path !== '/v1/embeddings') {
        told.add(item)
        attempts.describe()
        if (format.isEnd(item)) end = { data, item }
        else await writer.item(data, item)
      } else whole = data
      call.signal.throwIfAborted()
    }
    await settleSoon(settle, dependencies)
    if (whole === undefined) {
      if (end !== undefined) await writer.item(end.data, end.item)
      writer.endStream()
    } else {
      attempts.describe()
      attempts.price()
      writer.document(whole)
    }
  } catch (error) {
    await settleSoon(settle, dependencies)
    if (call.signal.aborted && call.cutBy() === undefined) return
    const failure = call.cutBy() ?? error
    if (!writer.hasBegun) throw failure
    if (!(failure instanceof ServiceError)) logger.error({ err: failure }, 'an answer failed')
    writer.failStream(failure)
  } finally {
    call.close()
  }
}

function formatOf(path: RouterPath): StreamFormat {
  if (path === '/v1/responses') return new ResponseFormat()
  return path === '/v1/messages' ? messageFormat : completionFormat
}

/** @throws {ServiceError} 401 `invalid-api-key`, 402 `budget-exhausted`, 429 `budget-reserved` */
async function begin(...[db, call]: Parameters<typeof beginApiCall>): Promise<void> {
  try {
    if (!(await beginApiCall(db, call))) throw noAccount
  } catch (error) {
    if (!(error instanceof BudgetRefusedError)) throw error
    const problem = budgetProblem(error.refusal, new Date())
    const { code, status, title, retryable, retryAfterMs } = problem
    // OpenAI's shape has one line for both.
    const detail = `${title} ${problem.detail}`
    throw new ServiceError({ code, status, title, detail, retryable, retryAfterMs })
  }
}

/** Resolves when it is written, or has taken so long that the caller shall not wait for it any more. */
async function settleSoon(
  settle: () => Promise<void>,
  { calls, logger }: CallModelDependencies,
): Promise<void> {
  const untilWritten = async (): Promise<void> => {
    for (const pauseMs of SETTLE_PAUSES_MS) {
      await sleep(pauseMs)
      try {
        return await settle()
      } catch (error) {
        logger.error({ err: error }, 'what a call cost was not written')
      }
    }
  }
  const written = untilWritten()
  calls.track(written)
  await Promise.race([written, sleep(SETTLE_WAIT_MS, undefined, { ref: false })])
}

interface Item {
  readonly brainlyx?: BrainlyxEvent
  /** null in a response that is none. */
  readonly error?: unknown
  readonly choices?: unknown
  readonly delta?: unknown
}

/** @throws {ServiceError} `router-malformed` */
function readItem(data: string): Item {
  let item: unknown
  try {
    item = JSON.parse(data)
  } catch {
    throw routerError(undefined)
  }
  if (typeof item !== 'object' || item === null) throw routerError(undefined)
  // A whole answer or a chunk with choices has none, whatever a model says in it.
  const event = BrainlyxEvent.safeParse((item as Item).brainlyx)
  return event.success ? { brainlyx: event.data } : item
}

/** What the caller may know of the provider calls that were made for it. */
class HeardAttempts {
  readonly #response: Response
  #count = 0
  #deployment = ''
  #costPicoUsd: bigint | undefined = 0n

  constructor(response: Response) {
    this.#response = response
  }

  hear(event: BrainlyxEvent, ledger: AttemptLedger): void {
    if (event.type === 'attempt-start') {
      this.#count++
      this.#deployment = event.deployment
      ledger.announce(event)
    } else if (event.type === 'attempt-end') {
      const { costPicoUsd, usage } = event
      if (costPicoUsd === null) this.#costPicoUsd = usage === null ? this.#costPicoUsd : undefined
      else if (this.#costPicoUsd !== undefined) this.#costPicoUsd += BigInt(costPicoUsd)
      ledger.settle(event)
    } else throw answerCut(new Error('the answer was taken back'))
  }

  describe(): void {
    this.#set(DEPLOYMENT_HEADER, this.#deployment)
    this.#set(ATTEMPTS_HEADER, String(this.#count))
  }

  price(): void {
    if (this.#costPicoUsd !== undefined) this.#set(COST_HEADER, String(this.#costPicoUsd))
  }

  #set(name: string, value: string): void {
    if (!this.#response.headersSent && /^[\x20-\x7e]+$/.test(value)) {
      this.#response.setHeader(name, value)
    }
  }
}

const noAccount = new ServiceError({
  code: 'invalid-api-key',
  status: 401,
  title: 'This API key is not valid.',
  detail: 'The account that it acts for is closed.',
})
