import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { checkBudgets } from './check-budgets.ts'
import { checkCalls } from './check-calls.ts'
import { checkFrames } from './check-frames.ts'
import { isFinal, textSeen } from './history.ts'
import type { TurnHistory } from './history.ts'
import type { Evidence } from './stored.ts'

export type Violation =
  | 'lost'
  | 'doubled'
  | 'billed twice'
  | 'not in the ledger'
  | 'not settled'
  | 'not as stored'
  | 'truncated'
  | 'other text'
  | 'gap'
  | 'repeat'
  | 'not ended'
  | 'foreign'
  | 'error shape'
  | 'not given back'
  | 'not the ledger'

export interface Finding {
  readonly violation: Violation
  readonly turnId: string
  readonly detail: string
}

const MUST_END_WITHIN_MS = 60_000

/**
 * Holds the invariants I1 to I8, and that the budgets are what turns and ledger come to, against what the users saw, what is stored, and what the provider was asked.
 * @param healedAt when the last fault was over: a minute later every turn has ended
 */
export function checkTurns(
  histories: readonly TurnHistory[],
  evidence: Evidence,
  healedAt: number,
): Finding[] {
  const ofTurns = histories.flatMap((history) => [
    ...checkStored(history, evidence),
    ...checkLedger(history, evidence),
    ...checkEnd(history, evidence, healedAt),
    ...checkFrames(history, histories),
    ...checkCalls(history),
  ])
  return [...ofTurns, ...checkBudgets(new Set(histories.map(({ turnId }) => turnId)), evidence)]
}

/** Whether the answer is stored as finished and is the simulator's, to the letter. */
export function isExact(history: TurnHistory, { turns, messages }: Evidence): boolean {
  const turn = turns.find(({ id }) => id === history.turnId)
  const answer = messages.find(({ id }) => id === turn?.answerMessageId)
  return turn?.state === 'completed' && answer?.text === simulatedAnswer(history.prompt).text
}

/** I1 and I2. */
function checkStored(history: TurnHistory, { turns, messages }: Evidence): Finding[] {
  const { turnId, acknowledgedAt } = history
  const turn = turns.find(({ id }) => id === turnId)
  const own = messages.filter((message) => message.turnId === turnId)
  const questions = own.filter(({ role }) => role === 'user')
  const answers = own.filter(({ role }) => role === 'assistant')
  const findings: Finding[] = []
  const find = (violation: Violation, detail: string): void => {
    findings.push({ violation, turnId, detail })
  }
  if (acknowledgedAt !== undefined && turn === undefined) find('lost', 'acknowledged, no turn')
  else if (acknowledgedAt !== undefined && questions.every(({ text }) => text !== history.prompt))
    find('lost', 'acknowledged, and its message is not stored')
  if (turn?.answerMessageId && answers.every(({ id }) => id !== turn.answerMessageId))
    find('lost', 'the answer that the turn names is not stored')
  if (answers.length > 1) find('doubled', `${answers.length} answers`)
  if (questions.length > 1) find('doubled', `${questions.length} times the message`)
  const answer = answers[0]
  if (answer !== undefined) {
    const expected = simulatedAnswer(history.prompt).text
    if (!expected.startsWith(answer.text.trimEnd())) find('other text', sample(answer.text))
    else if (turn?.state === 'completed' && answer.text !== expected)
      find('truncated', `${answer.text.length} of ${expected.length} characters, as completed`)
  }
  return findings
}

/** I3. */
function checkLedger(history: TurnHistory, evidence: Evidence): Finding[] {
  const { turnId, prompt } = history
  const findings: Finding[] = []
  const find = (violation: Violation, detail: string): void => {
    findings.push({ violation, turnId, detail })
  }
  const turn = evidence.turns.find(({ id }) => id === turnId)
  const rows = evidence.attempts.filter((attempt) => attempt.turnId === turnId)
  const calls = evidence.providerCalls.filter((call) => call.prompt === prompt.slice(0, 200))
  const completed = rows.filter(({ state }) => state === 'completed')
  if (completed.length > 1) find('billed twice', `${completed.length} attempts completed`)
  if (new Set(rows.map(({ id }) => id)).size < rows.length) find('billed twice', 'a row doubled')
  // What a provider refused at once cost nothing and may be known to the router alone.
  const costly = calls.filter(({ tokensOut }) => tokensOut > 0)
  if (costly.length > rows.length)
    find('not in the ledger', `${costly.length} calls answered, ${rows.length} rows`)
  if (turn !== undefined && turn.endedAt !== null) {
    const open = rows.filter(({ settledAt }) => settledAt === null).length
    if (open > 0) find('not settled', `${open} of ${rows.length} rows`)
  }
  return findings
}

/** I4 and I6. */
function checkEnd(history: TurnHistory, evidence: Evidence, healedAt: number): Finding[] {
  const { turnId, frames, acknowledgedAt, endedAt } = history
  const turn = evidence.turns.find(({ id }) => id === turnId)
  if (turn === undefined) return []
  if (turn.endedAt === null)
    return [{ violation: 'not ended', turnId, detail: `is ${turn.state}, epoch ${turn.epoch}` }]
  if (turn.endedAt > Math.max(healedAt, acknowledgedAt ?? 0) + MUST_END_WITHIN_MS)
    return [{ violation: 'not ended', turnId, detail: `only ${turn.endedAt - healedAt} ms later` }]
  if (endedAt === undefined || !frames.some(isFinal))
    return [
      { violation: 'not ended', turnId, detail: `${turn.state}, and the reader was not told` },
    ]
  const stored = evidence.messages.find(({ id }) => id === turn.answerMessageId)?.text ?? ''
  const seen = textSeen(history)
  return seen === stored
    ? []
    : [
        {
          violation: 'not as stored',
          turnId,
          detail: `${turn.state} ${turn.problemCode ?? ''}: seen ${seen.length} characters, stored ${stored.length}`,
        },
      ]
}

function sample(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
