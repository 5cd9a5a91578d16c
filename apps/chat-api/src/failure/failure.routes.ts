import type {
  FailedAttempt,
  FailedDecision,
  FailedTurn,
  Failure,
  FailureExplanation,
} from '@brainlyx/chat-contract'
import {
  findFailures,
  findTurnOfAnyone,
  groupFailures,
  listAttempts,
  listLatestFailures,
} from '@brainlyx/db'
import type {
  AttemptRow,
  Database,
  FailedDecision as StoredDecision,
  FailureRow,
} from '@brainlyx/db'
import type { TurnRow } from '@brainlyx/db'
import { DecisionReport } from '@brainlyx/router-contract'
import type { Kysely } from 'kysely'
import type { Handlers } from '../http/register-routes.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LATEST = 20
/** A trace that failed more often than that is a client that tries again and again. */
const TURNS_PER_TRACE = 10

export function failureRoutes(dependencies: {
  db: Kysely<Database>
  /** The router's report of a decision, where it still has it. */
  explainDecision: (decisionId: string) => Promise<unknown>
  nowMs: () => number
}): Pick<Handlers, 'listFailures' | 'explainFailure'> {
  const { db, explainDecision, nowMs } = dependencies

  async function explainTurn(turnId: string): Promise<(FailedTurn & { traceId: string }) | null> {
    const turn = await findTurnOfAnyone(db, turnId)
    if (turn === undefined) return null
    const attempts = await listAttempts(db, { userId: turn.userId, turnId })
    return {
      ...describeTurn(turn),
      attempts: attempts.map(describeAttempt),
      traceId: turn.problem?.traceId ?? '',
    }
  }

  /** As it was stored; asked for again where the router was away then. */
  async function explainStored({ id, report }: StoredDecision): Promise<FailedDecision | null> {
    const known = DecisionReport.safeParse(
      report ?? (await explainDecision(id).catch(() => undefined)),
    )
    return known.success ? describeDecision(known.data) : null
  }

  return {
    async listFailures() {
      const since = new Date(nowMs() - DAY_MS)
      const [groups, latest] = await Promise.all([
        groupFailures(db, since),
        listLatestFailures(db, LATEST),
      ])
      return {
        since: since.toISOString(),
        groups: groups.map((group) => ({ ...group, lastAt: group.lastAt.toISOString() })),
        latest: latest.map(describeFailure),
      }
    },

    async explainFailure({ params: { reference } }): Promise<FailureExplanation> {
      const named = reference.includes('-') ? await explainTurn(reference) : null
      const traceId = reference.includes('-') ? (named?.traceId ?? '') : reference
      const failures = traceId === '' ? [] : await findFailures(db, traceId)
      const turnIds = new Set(failures.flatMap(({ turnId }) => turnId ?? []))
      if (named !== null) turnIds.delete(named.id)
      const others = await Promise.all([...turnIds].slice(0, TURNS_PER_TRACE).map(explainTurn))
      const stored = new Map(
        failures.flatMap(({ decisions }) => decisions.map((each) => [each.id, each] as const)),
      )
      const decisions = await Promise.all([...stored.values()].map(explainStored))
      return {
        reference,
        failures: failures.map(describeFailure),
        turns: [named, ...others]
          .filter((turn) => turn !== null)
          .map(({ traceId: _traceId, ...turn }) => turn),
        decisions: decisions.filter((decision) => decision !== null),
      }
    },
  }
}

function describeFailure(row: FailureRow): Failure {
  const { id, traceId, service, code, status, route, actor, turnId } = row
  const createdAt = row.createdAt.toISOString()
  return { id, createdAt, traceId, service, code, status, route, actor, turnId }
}

/** How it went, and nothing of what was said. */
function describeTurn(turn: TurnRow): Omit<FailedTurn, 'attempts'> {
  const { id, userId, state, finish, model, problem, epoch, crashes, owner } = turn
  return {
    id,
    userId,
    state,
    finish,
    model,
    problem:
      problem === null
        ? null
        : {
            code: problem.code,
            title: problem.title,
            status: problem.status,
            retryable: problem.retryable,
          },
    epoch,
    crashes,
    owner,
    createdAt: turn.createdAt.toISOString(),
    stopRequestedAt: turn.stopRequestedAt?.toISOString() ?? null,
    endedAt: turn.endedAt?.toISOString() ?? null,
  }
}

/** Of an error its code alone: a provider's words may quote the prompt, or a key. */
function describeAttempt(row: AttemptRow): FailedAttempt {
  const { id, epoch, deployment, provider, model, state, inputTokens, outputTokens } = row
  const { estimated, costPicoUsd, timeToFirstTokenMs, durationMs, error } = row
  return {
    id,
    createdAt: row.createdAt.toISOString(),
    epoch,
    deployment,
    provider,
    model,
    state,
    error: error === null ? null : { code: error.code, status: error.status },
    inputTokens,
    outputTokens,
    estimated,
    costPicoUsd: costPicoUsd === null ? null : String(costPicoUsd),
    timeToFirstTokenMs,
    durationMs,
  }
}

function describeDecision(report: DecisionReport): FailedDecision {
  const { id, at, model, strategy, order, dropped, steps, outcome } = report
  return { id, at, model, strategy, order, dropped, steps, outcome: outcomeOf(outcome) }
}

function outcomeOf(outcome: DecisionReport['outcome']): string {
  if (outcome.type === 'answered') return `answered by ${outcome.deployment}`
  if (outcome.type === 'failed') return `failed: ${outcome.code}`
  return outcome.type
}
