import type { TurnFrame } from '@brainlyx/chat-contract'
import { readHistory } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { BrainlyxEvent, ChatMessage } from '@brainlyx/router-contract'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { approximateTokens } from '../prompt/approximate-tokens.ts'
import { composePrompt } from '../prompt/compose-prompt.ts'
import { answerCut } from '../router-client/router-error.ts'
import type { RouterClient } from '../router-client/router-client.ts'
import type { LiveTurn } from '../turn-log/live-turn.ts'
import type { TurnLog } from '../turn-log/turn-log.ts'
import { Answer } from './answer.ts'
import { AttemptLedger } from './attempt-ledger.ts'
import { endTurn } from './end-turn.ts'
import type { TurnControl } from './turn-control.ts'
import type { TurnToRun } from './turn-to-run.ts'
import { TurnWriter } from './turn-writer.ts'

/** How many messages back a prompt may reach. */
const HISTORY_LIMIT = 200

export interface RunTurnDependencies {
  readonly db: Kysely<Database>
  readonly log: TurnLog
  readonly router: RouterClient
  /** Whether this process may still speak for its turns. */
  readonly isAlive: () => boolean
  /** How many tokens `model` reads; null where it is not known. */
  readonly contextTokensOf: (model: string) => number | null
  readonly logger: Logger
  readonly observer: TurnObserver
  /** Wakes the worker to what the end of a turn left in the outbox. */
  readonly hintOutbox: () => void
  readonly nowMs: () => number
}

/** Where the turn's measurements go. */
export interface TurnObserver {
  started(): void
  /** The answer's first text or reasoning; since the turn began to run. */
  firstToken(elapsedMs: number): void
  ended(outcome: TurnOutcome, elapsedMs: number): void
}

export type TurnOutcome = 'completed' | 'stopped' | 'failed' | 'lost'

/**
 * Runs one turn from its prompt to its stored end. Never throws for what a provider, the router or Redis does: those
 * are ends of a turn, too.
 * @returns how it ended; `lost`: another process has it, or its chat was deleted, and nothing was written
 */
export async function runTurn(
  dependencies: RunTurnDependencies,
  turn: TurnToRun,
  live: LiveTurn,
  control: TurnControl,
): Promise<TurnOutcome> {
  const { db, log, logger, observer, nowMs } = dependencies
  const startedAt = nowMs()
  observer.started()
  const answer = new Answer()
  const ledger = new AttemptLedger({ db, logger, turn, nowMs })
  let route: Extract<TurnFrame, { type: 'route' }> | undefined
  const start: TurnFrame = {
    type: 'turn-start',
    turnId: turn.turnId,
    chatId: turn.chatId,
    userMessageId: turn.userMessage.id,
    model: turn.model,
  }
  const writer = new TurnWriter({
    turnId: turn.turnId,
    epoch: turn.epoch,
    log,
    live,
    isAlive: dependencies.isAlive,
    recap: () => [start, ...(route === undefined ? [] : [route]), answer.snapshot()],
    onLost: () => control.end('lost'),
  })

  function hear(event: BrainlyxEvent): TurnFrame[] {
    if (event.type === 'restart') return [answer.restart()]
    if (event.type === 'attempt-end') {
      ledger.settle(event)
      if (event.usage === null) return []
      const { inputTokens, outputTokens, reasoningTokens, estimated } = event.usage
      const { costPicoUsd } = event
      return [{ type: 'usage', inputTokens, outputTokens, reasoningTokens, estimated, costPicoUsd }]
    }
    ledger.announce(event)
    const { deployment, provider, model } = event
    if (route?.deployment === deployment) return []
    route = { type: 'route', deployment, provider, model }
    return [route]
  }

  let messages: ChatMessage[] = []
  async function produce(): Promise<void> {
    messages = composePrompt(await historyOf(db, turn), dependencies.contextTokensOf(turn.model))
    const chunks = dependencies.router.stream({ model: turn.model, messages }, control.signal)
    for await (const chunk of chunks) {
      if (chunk.brainlyx !== undefined) writer.write(...hear(chunk.brainlyx))
      const wasEmpty = answer.isEmpty
      writer.write(...answer.add(chunk))
      if (wasEmpty && !answer.isEmpty) observer.firstToken(nowMs() - startedAt)
    }
    if (answer.finish === undefined) throw answerCut()
  }

  writer.write(start)
  const failure = await produce().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure !== undefined && control.reason === undefined) {
    logger.warn({ err: failure, turnId: turn.turnId }, 'the answer could not be completed')
  }
  await writer.flush()
  ledger.abortOpen({
    inputTokens: approximateTokens(JSON.stringify(messages)),
    outputTokens: approximateTokens(
      answer.parts.map((part) => ('text' in part ? part.text : part.arguments)).join(''),
    ),
  })
  const outcome = await endTurn({
    ...dependencies,
    turn,
    answer,
    ledger,
    answeredBy: route?.model ?? turn.model,
    failure,
    control,
    write: async (frame) => {
      writer.write(frame)
      await writer.flush()
    },
  })
  live.finish(outcome === 'lost' || writer.lost ? 'lost' : 'ended')
  await log.close(turn.turnId)
  observer.ended(outcome, nowMs() - startedAt)
  return outcome
}

async function historyOf(db: Kysely<Database>, turn: TurnToRun) {
  if (turn.isFirst) return [{ role: 'user' as const, parts: turn.userMessage.parts }]
  const { userId, chatId, userMessage } = turn
  return readHistory(db, { userId, chatId, leafId: userMessage.id, limit: HISTORY_LIMIT })
}
