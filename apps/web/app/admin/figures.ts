/** Numbers and times as administrators read them, the same on the server and in every browser: UTC, and in English. */

const PICO_USD_PER_CENT = 10_000_000_000n

/** @param picoUsd pico-dollars as the API sends them */
export function dollars(picoUsd: string): string {
  const amount = BigInt(picoUsd)
  if (amount > 0n && amount < PICO_USD_PER_CENT) return '< $0.01'
  const cents = (amount + PICO_USD_PER_CENT / 2n) / PICO_USD_PER_CENT
  const whole = (cents / 100n).toLocaleString('en')
  return `$${whole}.${String(cents % 100n).padStart(2, '0')}`
}

export function count(value: number): string {
  return value.toLocaleString('en')
}

/** `2026-11-26 14:03:09 UTC`. */
export function utcTime(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 19)} UTC`
}

export function milliseconds(value: number | null): string {
  return value === null ? '–' : `${count(Math.round(value))} ms`
}
