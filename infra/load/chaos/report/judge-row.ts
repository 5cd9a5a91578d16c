import { checkTurns, isExact } from '../check/check-turns.ts'
import type { Finding } from '../check/check-turns.ts'
import { textSeen } from '../check/history.ts'
import type { TurnHistory } from '../check/history.ts'
import { gatherEvidence } from '../check/stored.ts'
import type { Evidence } from '../check/stored.ts'
import type { Cluster } from '../cluster/start-cluster.ts'
import { quantile } from '../../router/measure/statistics.ts'
import type { Row, RowRun } from '../faults/stage.ts'

export interface JudgedRow {
  readonly row: Row
  readonly run: RowRun
  readonly turns: number
  readonly landed: number
  readonly findings: readonly Finding[]
  /** Of the turns that it landed on. */
  readonly exactPercent: number
  /** What the others came to, a line each. */
  readonly inexact: readonly string[]
  /** The longest that a reader of such a turn heard nothing of it, from the strike on. */
  readonly recoverySeconds: { readonly p50: number; readonly p95: number; readonly max: number }
}

/** Goes over all that was seen and stored. */
export async function judgeRow(
  cluster: Cluster,
  row: Row,
  run: RowRun,
  beganAt: number,
): Promise<JudgedRow> {
  const all = run.strikes.flatMap(({ histories }) => histories)
  const touched = run.strikes.flatMap((strike) =>
    strike.touched.map((history) => ({ history, strike })),
  )
  const evidence = await gatherEvidence(
    cluster.databaseUrl(),
    cluster.simulator.origin,
    all.map(({ turnId }) => turnId),
    beganAt,
  )
  const silences = touched.map(
    ({ history, strike }) => longestSilenceMs(history, strike.struckAt) / 1_000,
  )
  const exact = touched.filter(
    ({ history }) =>
      isExact(history, evidence) &&
      evidence.messages.some(
        ({ turnId, role, text }) =>
          turnId === history.turnId && role === 'assistant' && text === textSeen(history),
      ),
  )
  return {
    row,
    run,
    turns: all.length,
    landed: touched.length,
    findings: run.strikes.flatMap(({ histories, healedAt }) =>
      checkTurns(histories, evidence, healedAt),
    ),
    inexact: touched
      .filter((each) => !exact.includes(each))
      .map(({ history }) => describe(history.turnId, evidence)),
    exactPercent: touched.length === 0 ? Number.NaN : (exact.length / touched.length) * 100,
    recoverySeconds: {
      p50: quantile(silences, 0.5),
      p95: quantile(silences, 0.95),
      max: quantile(silences, 1),
    },
  }
}

function longestSilenceMs(
  { frames, acknowledgedAt = Infinity, endedAt }: TurnHistory,
  struckAt: number,
): number {
  let longest = 0
  let before = Math.max(struckAt, acknowledgedAt)
  for (const { at } of frames) {
    if (at <= struckAt) continue
    longest = Math.max(longest, at - before)
    before = at
  }
  return endedAt === undefined ? Math.max(longest, Date.now() - before) : longest
}

function describe(turnId: string, { turns, attempts }: Evidence): string {
  const turn = turns.find(({ id }) => id === turnId)
  const states = attempts.filter((attempt) => attempt.turnId === turnId).map(({ state }) => state)
  return `${turnId}: ${turn?.state} ${turn?.problemCode ?? ''}, epoch ${turn?.epoch}, attempts ${states.join(', ')}`
}
