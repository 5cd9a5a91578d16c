import { randomBytes } from 'node:crypto'
import { newId } from '@brainlyx/db'
import { TURN_KIND } from '../shape/plan-chats.ts'
import type { ChatPlan } from '../shape/plan-chats.ts'
import type { Random } from '../shape/random.ts'
import { pick } from '../shape/vocabulary.ts'
import type { CopyInto } from './copy-into.ts'
import type { WrittenTexts } from './written-texts.ts'

/** A chat as its turns have left it. */
export interface WrittenChat {
  readonly id: string
  readonly createdAt: string
  updatedAt: string
  /** The last question, what it follows, and the last answer. */
  question: string
  before: string | null
  answer: string
  branched: boolean
}

const ANSWER_MS = { median: 5_000, sigma: 0.6, most: 25_000 }
const FAILED_FIRST_ATTEMPTS = 0.03
const PICO_USD_A_TOKEN = 1_250_000
const TOKENS_A_CHARACTER = 0.25
const MODELS = [
  { provider: 'openai', model: 'gpt-9' },
  { provider: 'openai', model: 'gpt-9-mini' },
  { provider: 'anthropic', model: 'claude-opus-6' },
  { provider: 'gemini', model: 'gemini-4-flash' },
  { provider: 'groq', model: 'llama-5-70b' },
] as const

export interface TurnWriter {
  write(turn: number): void
  readonly chats: readonly (WrittenChat | undefined)[]
  /** The messages that more than one follows. */
  readonly forks: ReadonlySet<string>
}

/** Writes the rows of a plan's turns, which come in the order of their time. */
export function createTurnWriter(options: {
  plan: ChatPlan
  userIds: readonly string[]
  texts: WrittenTexts
  random: Random
  /** A chat's messages all go into the same of several. */
  tables: { messages: readonly CopyInto[]; turns: CopyInto; attempts: CopyInto }
}): TurnWriter {
  const { plan, userIds, tables, texts, random } = options
  const chats: (WrittenChat | undefined)[] = Array.from({ length: plan.owner.length })
  const forks = new Set<string>()

  function write(turn: number): void {
    const index = plan.chat[turn] ?? 0
    const userId = userIds[plan.owner[index] ?? 0] ?? ''
    const messages = tables.messages[index % tables.messages.length]
    const askedAt = plan.at[turn] ?? 0
    const answeredAt =
      askedAt +
      1 +
      Math.floor(Math.min(ANSWER_MS.most, random.logNormal(ANSWER_MS.median, ANSWER_MS.sigma)))
    const [asked, answered] = [timestamp(askedAt), timestamp(answeredAt)]
    const known = chats[index]
    const kind = known === undefined ? TURN_KIND.follows : plan.kind[turn]
    const chatId = known?.id ?? newId(askedAt)
    const [turnId, answer] = [newId(askedAt), newId(answeredAt)]
    const isAnew = known !== undefined && kind === TURN_KIND.answersAnew
    const question = isAnew ? known.question : newId(askedAt)
    const before =
      known === undefined ? null : kind === TURN_KIND.follows ? known.answer : known.before
    const fork = isAnew ? question : kind === TURN_KIND.follows ? null : before
    if (fork !== null) forks.add(fork)
    const { provider, model } = pick(MODELS, random)
    const finish = random.happens(0.04) ? 'length' : 'stop'
    const asking = isAnew ? undefined : texts.question()
    const answering = texts.answer()

    if (asking !== undefined)
      messages?.row([
        question,
        asked,
        userId,
        chatId,
        turnId,
        before,
        'user',
        asking.parts,
        asking.search,
        null,
        null,
      ])
    messages?.row([
      answer,
      answered,
      userId,
      chatId,
      turnId,
      question,
      'assistant',
      answering.parts,
      answering.search,
      model,
      finish,
    ])
    const hash = String.raw`\x${randomBytes(32).toString('hex')}`
    tables.turns.row([
      turnId,
      asked,
      userId,
      chatId,
      'completed',
      'bench',
      1,
      hash,
      question,
      answer,
      model,
      finish,
      answered,
      answered,
      asked,
    ])
    const call = { turnId, userId, provider, model, askedAt, answered, answeredAt }
    if (random.happens(FAILED_FIRST_ATTEMPTS)) writeFailedAttempt(call)
    writeAttempt(call, asking?.characters ?? 0, answering.characters)

    if (known === undefined) {
      chats[index] = {
        id: chatId,
        createdAt: asked,
        updatedAt: answered,
        question,
        before,
        answer,
        branched: false,
      }
    } else {
      const branched = known.branched || kind !== TURN_KIND.follows
      Object.assign(known, { updatedAt: answered, question, before, answer, branched })
    }
  }

  type Call = {
    turnId: string
    userId: string
    provider: string
    model: string
    askedAt: number
    answered: string
    answeredAt: number
  }

  function writeFailedAttempt({ turnId, userId, provider, model, askedAt }: Call): void {
    const failed = timestamp(askedAt + 1)
    const error = JSON.stringify({
      code: 'provider-overloaded',
      status: 529,
      message: 'overloaded',
    })
    tables.attempts.row([
      newId(askedAt),
      timestamp(askedAt),
      userId,
      turnId,
      1,
      `${provider}/${model}`,
      provider,
      model,
      'failed',
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      1,
      failed,
      error,
    ])
  }

  function writeAttempt(call: Call, asked: number, answeredWith: number): void {
    const { turnId, userId, provider, model, askedAt, answered, answeredAt } = call
    const inputTokens = 200 + Math.ceil(asked * TOKENS_A_CHARACTER)
    const outputTokens = Math.ceil(answeredWith * TOKENS_A_CHARACTER)
    const cost = (inputTokens + 4 * outputTokens) * PICO_USD_A_TOKEN
    const durationMs = answeredAt - askedAt
    tables.attempts.row([
      newId(askedAt),
      timestamp(askedAt),
      userId,
      turnId,
      1,
      `${provider}/${model}`,
      provider,
      model,
      'completed',
      'stop',
      inputTokens,
      outputTokens,
      0,
      0,
      0,
      'f',
      cost,
      Math.min(400, durationMs),
      durationMs,
      answered,
      null,
    ])
  }

  return { write, chats, forks }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
