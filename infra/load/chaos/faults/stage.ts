import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal } from '../check/history.ts'
import type { TurnHistory } from '../check/history.ts'
import type { Cluster } from '../cluster/start-cluster.ts'
import { withClient } from '@brainlyx/testkit/postgres-server'
import { MODELS } from '../../turns/provider-models.ts'
import type { User } from '../users/crowd.ts'
import { takeTurn } from '../users/take-turn.ts'
import type { RunningTurn, TurnPlan } from '../users/take-turn.ts'

export interface Stage {
  readonly cluster: Cluster
  readonly users: readonly User[]
  /** As many turns as each row wants. */
  readonly turns: number
}

/** What came of one strike: who was there, and when. */
export interface Strike {
  readonly histories: readonly TurnHistory[]
  /** Of those, the ones the fault was meant for. */
  readonly touched: readonly TurnHistory[]
  readonly struckAt: number
  readonly healedAt: number
}

/** What a row gives back besides: figures of its own. */
export interface RowRun {
  readonly strikes: readonly Strike[]
  readonly figures?: readonly {
    readonly name: string
    readonly value: number
    readonly unit: string
    readonly atMost?: number
  }[]
  /** Said below the table, such as why nothing landed. */
  readonly note?: string
}

export interface Row {
  readonly name: string
  readonly about: string
  /** Whether it needs web. */
  readonly withWeb?: boolean
  /** Not a promise but what a defence prevents: the figures are told, and nothing is asked of them. */
  readonly undefended?: boolean
  /** Kills one process: its turns must come out exact. */
  readonly kill?: boolean
  run(stage: Stage): Promise<RowRun>
}

/** As many streams at once as the machine carries beside everything else. */
export const AT_ONCE = 25
export const TOKENS = 60
export const PACE = { tokensPerSecond: 30, timeToFirstTokenMs: 800 }

/** So many turns, each by a user of its own. */
export function beginTurns(
  stage: Stage,
  count: number,
  plan: Partial<TurnPlan> = {},
): RunningTurn[] {
  return stage.users.slice(0, count).map((user, index) =>
    takeTurn({
      user,
      origin: stage.cluster.chatApiBalancer.origin,
      tokens: TOKENS,
      model: MODELS[index % MODELS.length] ?? MODELS[0],
      ...plan,
    }),
  )
}

export async function setPace(stage: Stage, pace: Partial<typeof PACE>): Promise<void> {
  await order(stage, 'POST', 'pace', pace)
}

export async function order(
  { cluster }: Stage,
  method: 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<void> {
  const response = await fetch(`${cluster.simulator.origin}/__simulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`the simulator refused ${path}: ${response.status}`)
}

/** Waits until so many of the turns have come so far, or gives up after a while. @returns whether they have */
export async function untilShare(
  turns: readonly RunningTurn[],
  share: number,
  hasComeSoFar: (history: TurnHistory) => boolean,
  patienceMs = 20_000,
): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline) {
    if (turns.filter(({ history }) => hasComeSoFar(history)).length >= turns.length * share)
      return true
    await sleep(4)
  }
  return false
}

export function lettersSeen({ frames }: TurnHistory, by = Infinity): number {
  return frames.reduce(
    (sum, { at, frame }) =>
      sum + (frame.type === 'text-delta' && at <= by ? (frame.text?.length ?? 0) : 0),
    0,
  )
}

export function hasEnded({ frames }: TurnHistory): boolean {
  return frames.some(isFinal)
}

/** Volley after volley, until the fault has landed on as many turns as the row wants; twice as many are tried at most. */
export async function inVolleys(
  turns: number,
  volley: (count: number) => Promise<Strike>,
): Promise<Strike[]> {
  const strikes: Strike[] = []
  let landed = 0
  for (let tried = 0; landed < turns && tried < 2 * turns; tried += AT_ONCE) {
    const strike = await volley(Math.min(AT_ONCE, turns))
    strikes.push(strike)
    landed += strike.touched.length
  }
  return strikes
}

/** The owners of turns, as Postgres knows them. */
export async function ownersOf(
  cluster: Cluster,
  turnIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  return withClient(cluster.databaseUrl(), async (client) => {
    const { rows } = await client.query('select id, owner from turns where id = any($1)', [turnIds])
    return new Map(
      (rows as { id: string; owner: string | null }[]).map((row) => [row.id, row.owner]),
    )
  })
}

/** What has ended though nobody ended it is started again, as by a supervisor. @returns their names */
export async function startTheDead({
  chatApis,
  routers,
  workers,
  web,
}: Cluster): Promise<string[]> {
  const members = [...chatApis, ...routers, ...workers, ...(web === undefined ? [] : [web])]
  const dead = members.filter((member) => !member.isRunning())
  await Promise.all(dead.map((member) => member.start()))
  return dead.map(({ name }) => name)
}
