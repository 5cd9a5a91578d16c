import type { Tier, TierInput } from '@brainlyx/chat-contract'
import { textField } from '../request/form-field.ts'

export interface TierField {
  /** Of `TierInput`, and the form's. */
  readonly name: keyof TierInput
  readonly label: string
  readonly hint?: string
  /** Left empty it means that there is no limit. */
  readonly optional?: boolean
  readonly min?: number
  readonly max?: number
  /** So many of what the API counts in are one of what the form does. */
  readonly unit?: number
}

const MEBIBYTE = 1024 * 1024
const PICO_USD_A_CENT = 10_000_000_000n

/** What is a number, in the form's order. */
export const TIER_FIELDS: readonly TierField[] = [
  { name: 'requestsPerMinute', label: 'Requests a minute', min: 1 },
  { name: 'requestBurst', label: 'Requests at once', min: 1 },
  { name: 'concurrentStreams', label: 'Answers at once', min: 1 },
  { name: 'messagesPerDay', label: 'Messages a day', optional: true, min: 1 },
  { name: 'tokensPerDay', label: 'Tokens a day', optional: true, min: 1 },
  { name: 'uploadBytes', label: 'File in MB', min: 1, max: 512, unit: MEBIBYTE },
  { name: 'chatIdleDays', label: 'Chats kept, in idle days', optional: true, min: 1 },
  { name: 'priority', label: 'Priority', hint: '9 is turned away last', min: 0, max: 9 },
]

/** What a field shows of a tier. */
export function shownValue(tier: Tier, { name, unit = 1 }: TierField): string {
  const value = tier[name]
  return typeof value === 'number' ? String(Math.round(value / unit)) : ''
}

/** Dollars and cents of a budget. */
export function dollarsOf(picoUsd: string | null): string {
  if (picoUsd === null) return ''
  const cents = BigInt(picoUsd) / PICO_USD_A_CENT
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
}

/** What a form says, for chat-api to judge: what is no number becomes one that it refuses. */
export function readTier(form: FormData): TierInput {
  const numbers = TIER_FIELDS.map(({ name, optional, unit = 1 }) => {
    const text = textField(form, name).trim()
    const value = text === '' && optional === true ? null : text === '' ? -1 : Number(text) * unit
    return [name, value !== null && !Number.isFinite(value) ? -1 : value] as const
  })
  const models = textField(form, 'models')
    .split(/[\s,]+/)
    .filter((model) => model !== '')
  return {
    ...(Object.fromEntries(numbers) as Omit<TierInput, 'models' | 'monthlyBudgetPicoUsd'>),
    models: models.length === 0 ? null : models,
    monthlyBudgetPicoUsd: budgetOf(textField(form, 'monthlyBudget').trim()),
  }
}

function budgetOf(dollars: string): string | null {
  if (dollars === '') return null
  const match = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(dollars)
  if (match === null) return 'not a number'
  const cents = BigInt(match[1]!) * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
  return String(cents * PICO_USD_A_CENT)
}
