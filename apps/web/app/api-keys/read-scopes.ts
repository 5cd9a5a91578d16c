import { textField } from '../request/form-field.ts'

const PICO_USD_PER_MICRO_USD = 1_000_000n

/** What a key is called and may do, as the form says; chat-api judges it. */
export function readScopes(form: FormData): {
  name: string
  models: string[] | null
  monthlyBudgetPicoUsd: string | null
  expiresInDays?: number | null
} {
  const models = form.getAll('models').filter((model) => typeof model === 'string')
  const expiry = textField(form, 'expiry')
  return {
    name: textField(form, 'name'),
    models: models.length === 0 ? null : models,
    monthlyBudgetPicoUsd: picoUsdOf(textField(form, 'budget')),
    // Where nothing is said of it, it stays as it is.
    ...(expiry === '' ? {} : { expiresInDays: expiry === 'never' ? null : Number(expiry) }),
  }
}

/** Dollars as people write them; null where none are said. */
export function picoUsdOf(dollars: string): string | null {
  const text = dollars.trim()
  if (text === '') return null
  const microUsd = Math.round(Number(text) * 1_000_000)
  // Not a number: said as it came, for chat-api to refuse.
  if (!Number.isSafeInteger(microUsd) || microUsd < 0) return text
  return String(BigInt(microUsd) * PICO_USD_PER_MICRO_USD)
}

export function dollarsOf(picoUsd: string): string {
  const microUsd = Number(BigInt(picoUsd) / PICO_USD_PER_MICRO_USD)
  return (microUsd / 1_000_000).toFixed(2)
}
