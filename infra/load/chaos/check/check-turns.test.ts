import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { expect, test } from 'vitest'
import { checkTurns, isExact } from './check-turns.ts'
import type { TurnHistory } from './history.ts'
import type { Evidence } from './stored.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

const AT = Date.UTC(2026, 0, 1)
const call = {
  request: 'POST turns',
  lastEventId: undefined,
  invokedAt: AT,
  endedAt: AT + 900,
  status: 200,
  outcome: 'acknowledged' as const,
  problem: undefined,
  broken: undefined,
}

/** A turn that was killed once and came out as promised: two epochs, a resume, one answer, two rows. */
function cleanTurn(user = 1): { history: TurnHistory; evidence: Writable<Evidence> } {
  const turnId = `turn-${user}`
  const prompt = `Tell me about marker-${user} [tokens:20]`
  const { text } = simulatedAnswer(prompt)
  const [first, second] = [text.slice(0, 30), text.slice(30)]
  const base = { chatId: `chat-${user}`, turnId }
  const frames = [
    { at: AT + 10, call: 0, id: '1-1', frame: { type: 'turn-start', ...base } },
    { at: AT + 20, call: 0, id: '1-2', frame: { type: 'text-delta', text: first } },
    {
      at: AT + 600,
      call: 1,
      id: '2-1',
      frame: { type: 'answer-snapshot', parts: [{ type: 'text', text: first }] },
    },
    { at: AT + 700, call: 1, id: '2-2', frame: { type: 'text-delta', text: second } },
    { at: AT + 800, call: 1, id: '2-3', frame: { type: 'turn-end', turnId } },
  ]
  const attempt = { turnId, outputTokens: 10, settledAt: AT + 800 }
  const message = { turnId, userId: `user-${user}` }
  const providerCall = { prompt, tokensOut: 10, stream: true } as Evidence['providerCalls'][0]
  return {
    history: {
      turnId,
      user,
      prompt,
      marker: `marker-${user}`,
      chatId: base.chatId,
      acknowledgedAt: AT + 5,
      endedAt: AT + 800,
      calls: [{ ...call }, { ...call, request: 'GET events', lastEventId: '1-2' }],
      frames,
    },
    evidence: {
      turns: [
        {
          id: turnId,
          userId: message.userId,
          state: 'completed',
          epoch: 2,
          answerMessageId: 'answer',
          problemCode: null,
          endedAt: AT + 790,
        },
      ],
      messages: [
        { id: 'question', role: 'user', text: prompt, ...message },
        { id: 'answer', role: 'assistant', text, ...message },
      ],
      attempts: [
        { id: 'first', state: 'aborted', ...attempt },
        { id: 'second', state: 'completed', ...attempt },
      ],
      budgets: [
        { userId: message.userId, reserved: 0n, reservedByTurns: 0n, spent: 7n, ledger: 7n },
      ],
      providerCalls: [providerCall, providerCall],
    },
  }
}

type Spoil = (turn: ReturnType<typeof cleanTurn>) => void

function findings(spoil: Spoil): string[] {
  const turn = cleanTurn()
  spoil(turn)
  return checkTurns([turn.history], turn.evidence, AT + 100).map(({ violation }) => violation)
}

function answer(
  { evidence }: ReturnType<typeof cleanTurn>,
  change: (text: string) => string,
): void {
  evidence.messages = evidence.messages.map((message) =>
    message.role === 'assistant' ? { ...message, text: change(message.text) } : message,
  )
}

test('a turn that was recovered as promised passes', () => {
  expect(findings(() => {})).toEqual([])
  const { history, evidence } = cleanTurn()
  expect(isExact(history, evidence)).toBe(true)
})

test.each<[string, string, Spoil]>([
  ['a lost turn', 'lost', ({ evidence }) => (evidence.turns = [])],
  [
    'a lost message',
    'lost',
    ({ evidence }) => (evidence.messages = evidence.messages.filter(({ role }) => role !== 'user')),
  ],
  [
    'a lost answer',
    'lost',
    ({ evidence }) => (evidence.messages = evidence.messages.filter(({ role }) => role === 'user')),
  ],
  [
    'a doubled answer',
    'doubled',
    ({ evidence }) =>
      (evidence.messages = [...evidence.messages, { ...evidence.messages[1]!, id: 'another' }]),
  ],
  [
    'a doubled message',
    'doubled',
    ({ evidence }) =>
      (evidence.messages = [...evidence.messages, { ...evidence.messages[0]!, id: 'another' }]),
  ],
  [
    'a double charge',
    'billed twice',
    ({ evidence }) =>
      (evidence.attempts = evidence.attempts.map((attempt) => ({
        ...attempt,
        state: 'completed',
      }))),
  ],
  [
    'a row of the ledger that is there twice',
    'billed twice',
    ({ evidence }) => (evidence.attempts = [...evidence.attempts, evidence.attempts[0]!]),
  ],
  [
    'a call that the ledger does not know',
    'not in the ledger',
    ({ evidence }) => (evidence.attempts = evidence.attempts.slice(1)),
  ],
  [
    'a row that stays open',
    'not settled',
    ({ evidence }) =>
      (evidence.attempts = evidence.attempts.map((attempt) => ({ ...attempt, settledAt: null }))),
  ],
  [
    'a truncated answer that is called complete',
    'truncated',
    (turn) => answer(turn, (text) => text.slice(0, -5)),
  ],
  ['another text', 'other text', (turn) => answer(turn, () => 'something else')],
  [
    'text that was seen and not stored',
    'not as stored',
    ({ history }) =>
      history.frames.splice(4, 0, {
        at: AT + 750,
        call: 1,
        id: '2-3',
        frame: { type: 'text-delta', text: 'more' },
      }),
  ],
  ['a gap across epochs', 'gap', ({ history }) => history.frames.splice(2, 1)],
  ['a gap within an epoch', 'gap', ({ history }) => history.frames.splice(3, 1)],
  [
    'a repeat across a resume',
    'repeat',
    ({ history }) => history.frames.splice(2, 0, { ...history.frames[1]!, call: 1 }),
  ],
  [
    'a turn that still runs',
    'not ended',
    ({ evidence }) =>
      (evidence.turns = evidence.turns.map((turn) => ({
        ...turn,
        state: 'running',
        endedAt: null,
      }))),
  ],
  [
    'a turn that ended too late',
    'not ended',
    ({ evidence }) =>
      (evidence.turns = evidence.turns.map((turn) => ({ ...turn, endedAt: AT + 60_200 }))),
  ],
  [
    'a reservation that nobody gave back',
    'not given back',
    ({ evidence }) =>
      (evidence.budgets = evidence.budgets.map((budget) => ({ ...budget, reserved: 1n }))),
  ],
  [
    'money that is spent and not in the ledger',
    'not the ledger',
    ({ evidence }) =>
      (evidence.budgets = evidence.budgets.map((budget) => ({ ...budget, spent: 8n }))),
  ],
  ['an end that the reader was not told', 'not ended', ({ history }) => history.frames.splice(-1)],
  [
    'an error that is a page',
    'error shape',
    ({ history }) =>
      history.calls.push({
        ...call,
        status: 502,
        outcome: 'failed',
        problem: { contentType: 'text/html', body: '<h1>Bad gateway</h1>' },
      }),
  ],
  [
    'an error with a stack',
    'error shape',
    ({ history }) =>
      history.calls.push({
        ...call,
        status: 500,
        outcome: 'failed',
        problem: {
          contentType: 'application/problem+json',
          body: JSON.stringify({
            code: 'internal',
            traceId: 'a',
            retryable: true,
            detail: 'at run (turn.ts:12:3)',
          }),
        },
      }),
  ],
  [
    'an error without a trace id',
    'error shape',
    ({ history }) =>
      history.calls.push({
        ...call,
        status: 503,
        outcome: 'failed',
        problem: {
          contentType: 'application/problem+json',
          body: JSON.stringify({ code: 'unavailable', retryable: true }),
        },
      }),
  ],
])('it finds %s', (_, violation, spoil) => {
  expect(findings(spoil)).toContain(violation)
})

test('it finds what belongs to another user', () => {
  const [mine, other] = [cleanTurn(1), cleanTurn(2)]
  const evidence = Object.fromEntries(
    Object.entries(mine.evidence).map(([key, rows]) => [
      key,
      [...rows, ...other.evidence[key as keyof Evidence]],
    ]),
  ) as unknown as Evidence
  const check = (): string[] =>
    checkTurns([mine.history, other.history], evidence, AT).map(({ violation }) => violation)
  expect(check()).not.toContain('foreign')
  mine.history.frames.splice(1, 0, {
    at: AT + 15,
    call: 0,
    id: null,
    frame: { type: 'notice', text: 'about marker-2' },
  })
  expect(check()).toContain('foreign')
})
