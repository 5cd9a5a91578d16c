import { setTimeout as sleep } from 'node:timers/promises'
import type { TurnHistory } from '../check/history.ts'
import { providerCalls } from '../check/stored.ts'
import type { Member } from '../cluster/member.ts'
import { withClient } from '@brainlyx/testkit/postgres-server'
import { KILL_MOMENTS, letGo, textLength, tokensSentTo } from './kill-moment.ts'
import type { KillMoment } from './kill-moment.ts'
import {
  PACE,
  TOKENS,
  beginTurns,
  inVolleys,
  lettersSeen,
  ownersOf,
  setPace,
  untilShare,
} from './stage.ts'
import type { Row, Stage, Strike } from './stage.ts'
import type { RunningTurn } from '../users/take-turn.ts'

/** As a supervisor would, after it has noticed. */
const RESTARTED_AFTER_MS = 1_000

export const KILL_ROWS: readonly Row[] = KILL_MOMENTS.flatMap((moment) => [
  {
    name: `chat-api killed: ${moment.name}`,
    about: 'kill -9 of the chat-api that owns all the turns',
    kill: true,
    run: async (stage) => ({
      strikes: await inVolleys(stage.turns, (count) => {
        const victim = stage.cluster.chatApis[0] as Member
        return strike(stage, count, moment, {
          prepare: () => stage.cluster.chatApiBalancer.prefer(victim),
          victim,
        })
      }),
    }),
  },
  {
    name: `provider-router killed: ${moment.name}`,
    about: 'kill -9 of the router that streams all the answers',
    kill: true,
    run: async (stage) => ({
      strikes: await inVolleys(stage.turns, (count) => {
        const victim = stage.cluster.routers[0] as Member
        return strike(stage, count, moment, {
          prepare: () => stage.cluster.routerBalancer.prefer(victim),
          victim,
        })
      }),
    }),
  },
  {
    name: `worker killed: ${moment.name}`,
    about:
      'chat-api is killed at its first token, then the worker that goes on with most of its turns',
    kill: true,
    run: async (stage) => ({
      strikes: await inVolleys(stage.turns, (count) => strikeWorker(stage, count, moment)),
    }),
  },
  {
    name: `web killed: ${moment.name}`,
    about: 'kill -9 of the web server through which all read',
    kill: true,
    withWeb: true,
    run: async (stage) => ({
      strikes: await inVolleys(stage.turns, (count) => {
        const victim = stage.cluster.web as Member
        return strike(stage, count, moment, { origin: victim.origin, victim })
      }),
    }),
  },
])

async function strike(
  stage: Stage,
  count: number,
  moment: KillMoment,
  options: { victim: Member; prepare?: () => void; origin?: string },
): Promise<Strike> {
  const { cluster } = stage
  const { victim, origin } = options
  await setPace(stage, PACE)
  options.prepare?.()
  const turns = beginTurns(stage, count, origin === undefined ? {} : { origin })
  await moment.wait(stage, turns, 1)
  const struckAt = Date.now()
  await victim.kill()
  letGo(stage)
  cluster.chatApiBalancer.prefer(undefined)
  cluster.routerBalancer.prefer(undefined)
  await sleep(RESTARTED_AFTER_MS)
  await victim.start()
  await Promise.all(turns.map(({ done }) => done))
  return {
    histories: turns.map(({ history }) => history),
    touched: await landedOnes(stage, turns, moment, {
      callers: origin === undefined ? 1 : 0,
      struckAt,
    }),
    struckAt,
    healedAt: struckAt,
  }
}

/** Those that were where the row says, by the provider's log; for web, which the provider does not notice, by what was read. */
async function landedOnes(
  stage: Stage,
  turns: readonly RunningTurn[],
  moment: KillMoment,
  { callers, struckAt }: { callers: number; struckAt: number },
): Promise<TurnHistory[]> {
  const since =
    Math.min(...turns.map(({ history }) => history.calls[0]?.invokedAt ?? struckAt)) - 1_000
  const calls = await providerCalls(stage.cluster.simulator.origin, since)
  return turns
    .map(({ history }) => history)
    .filter((history) => {
      const { acknowledgedAt, prompt } = history
      if (acknowledgedAt === undefined || acknowledgedAt > struckAt) return false
      if (moment.mayHaveEnded !== true && (history.endedAt ?? Infinity) <= struckAt) return false
      const tokens =
        callers === 0
          ? Math.floor((lettersSeen(history, struckAt) / textLength(prompt)) * TOKENS)
          : tokensSentTo(callers, prompt, calls)
      return tokens !== undefined && moment.isThere(tokens)
    })
}

/** Turns come to a worker only by a death, so this takes two; the second is the one that counts. */
async function strikeWorker(stage: Stage, count: number, moment: KillMoment): Promise<Strike> {
  const { cluster } = stage
  const [owner, other] = cluster.chatApis as [Member, Member]
  await setPace(stage, { ...PACE, tokensPerSecond: 20 })
  cluster.chatApiBalancer.prefer(owner)
  const turns = beginTurns(stage, count)
  const ids = turns.map(({ history }) => history.turnId)
  await untilShare(turns, 1, ({ acknowledgedAt }) => acknowledgedAt !== undefined)
  const firstKillAt = Date.now()
  await owner.kill()
  cluster.chatApiBalancer.prefer(other)
  const workerOf = await workersByProcess(stage)
  let owners = new Map<string, string | null>() as ReadonlyMap<string, string | null>
  for (let polls = 0; polls < 600; polls++) {
    owners = await ownersOf(cluster, ids)
    if (ids.filter((id) => owners.get(id)?.startsWith('worker')).length >= ids.length / 2) break
    await sleep(20)
  }
  await moment.wait(stage, turns, 2)
  owners = await ownersOf(cluster, ids)
  const shares = cluster.workers.map((worker) => ({
    worker,
    own: turns.filter(({ history }) => workerOf.get(owners.get(history.turnId) ?? '') === worker),
  }))
  const { worker: victim, own } = shares.toSorted(
    (a, b) => b.own.length - a.own.length,
  )[0] as (typeof shares)[0]
  const struckAt = Date.now()
  await victim.kill()
  letGo(stage)
  cluster.chatApiBalancer.prefer(undefined)
  await sleep(RESTARTED_AFTER_MS)
  await Promise.all([owner.start(), victim.start()])
  await Promise.all(turns.map(({ done }) => done))
  return {
    histories: turns.map(({ history }) => history),
    touched: await landedOnes(stage, own, moment, { callers: 2, struckAt }),
    struckAt,
    healedAt: Math.max(struckAt, firstKillAt),
  }
}

/** Which worker a row of `processes` is: the rows and the workers, both in the order they started. */
async function workersByProcess({ cluster }: Stage): Promise<ReadonlyMap<string, Member>> {
  const { rows } = await withClient(cluster.databaseUrl(), (client) =>
    client.query(
      `select id from processes where service = 'worker' and heartbeat_at > now() - interval '4 s' order by started_at`,
    ),
  )
  const inOrder = cluster.workers.toSorted((a, b) => a.pid() - b.pid())
  return new Map((rows as { id: string }[]).map(({ id }, index) => [id, inOrder[index] as Member]))
}
