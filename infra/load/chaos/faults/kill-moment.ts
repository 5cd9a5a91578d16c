import { simulatedAnswer } from '@brainlyx/provider-simulator'
import type { Attempt } from '@brainlyx/provider-simulator'
import { setTimeout as sleep } from 'node:timers/promises'
import { providerCalls } from '../check/stored.ts'
import { withClient } from '@brainlyx/testkit/postgres-server'
import type { RunningTurn } from '../users/take-turn.ts'
import { TOKENS, hasEnded, lettersSeen, untilShare } from './stage.ts'
import type { Stage } from './stage.ts'

export interface KillMoment {
  readonly name: string
  /**
   * Waits for it, and holds it there where it would pass.
   * @param callers how often the provider has been asked for each answer when the victim has asked
   */
  wait(stage: Stage, turns: readonly RunningTurn[], callers: number): Promise<void>
  /** Whether the provider had sent so many tokens when its caller had gone. */
  isThere(tokensSent: number): boolean
  /** Its reader may have been told the end already. */
  readonly mayHaveEnded?: boolean
}

const HALF = 0.5
/** What comes within the quarter second that a kill takes to strike them all. */
const FIRST_TOKENS = 8
const DATA_REACHES_LOG_MS = 150

/** Where in the answer a process dies. */
export const KILL_MOMENTS: readonly KillMoment[] = [
  {
    name: 'token 0',
    wait: async (stage, turns, callers) => {
      const since = Math.min(
        ...turns.map(({ history }) => history.calls[0]?.invokedAt ?? Date.now()),
      )
      await untilShare(turns, 1, ({ acknowledgedAt }) => acknowledgedAt !== undefined)
      for (let polls = 0; polls < 300; polls++) {
        const calls = await providerCalls(stage.cluster.simulator.origin, since)
        if (
          turns.every(({ history }) => tokensSentTo(callers, history.prompt, calls) !== undefined)
        )
          return
        await sleep(10)
      }
    },
    isThere: (tokens) => tokens === 0,
  },
  {
    name: 'token 1',
    wait: async (_, turns) => {
      await untilShare(turns, HALF, (history) => lettersSeen(history) > 0)
    },
    isThere: (tokens) => tokens >= 1 && tokens <= FIRST_TOKENS,
  },
  {
    name: 'middle',
    wait: async (_, turns) => {
      await untilShare(
        turns,
        HALF,
        (history) => lettersSeen(history) > textLength(history.prompt) / 2,
      )
    },
    isThere: (tokens) => tokens > FIRST_TOKENS && tokens < TOKENS - 1,
  },
  {
    name: 'last token, before the commit',
    wait: async ({ cluster }, turns) => {
      await untilShare(
        turns,
        HALF,
        (history) => lettersSeen(history) > textLength(history.prompt) * 0.6,
      )
      cluster.postgresLine.hold()
      await untilShare(
        turns,
        1,
        (history) => lettersSeen(history) >= textLength(history.prompt),
        3_000,
      )
      await sleep(DATA_REACHES_LOG_MS)
    },
    isThere: (tokens) => tokens >= TOKENS - 1,
  },
  {
    name: 'after the commit',
    wait: async ({ cluster }, turns) => {
      await untilShare(
        turns,
        HALF,
        (history) => lettersSeen(history) > textLength(history.prompt) * 0.9,
      )
      await untilCommitted(cluster.databaseUrl(), turns)
    },
    isThere: (tokens) => tokens >= TOKENS - 1,
    mayHaveEnded: true,
  },
]

/** Lets go what a moment has held. */
export function letGo({ cluster }: Stage): void {
  cluster.postgresLine.mend()
  cluster.redisLine.mend()
}

/**
 * Tokens of the answer that the provider had sent when a caller went, by its own log: those of the first `callers` calls,
 * where each went on from where the former was. Undefined: it was not asked so often.
 */
export function tokensSentTo(
  callers: number,
  prompt: string,
  calls: readonly Attempt[],
): number | undefined {
  const own = calls.filter((call) => call.prompt === prompt).slice(0, callers)
  if (own.length < callers) return undefined
  return own.reduce((sum, { continued, tokensOut }) => (continued ? sum : 0) + tokensOut, 0)
}

async function untilCommitted(url: string, turns: readonly RunningTurn[]): Promise<void> {
  const ids = turns.map(({ history }) => history.turnId)
  await withClient(url, async (client) => {
    for (let polls = 0; polls < 300; polls++) {
      const { rows } = await client.query(
        "select count(*)::int as ended from turns where id = any($1) and state = 'completed'",
        [ids],
      )
      if (
        Number(rows[0].ended) >= ids.length / 4 ||
        turns.every(({ history }) => hasEnded(history))
      )
        return
      await sleep(3)
    }
  })
}

export function textLength(prompt: string): number {
  return simulatedAnswer(prompt).text.length
}
