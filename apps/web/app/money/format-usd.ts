const PICO_USD_PER_USD = 1e12
/** What is less than this is nothing that anybody pays. */
const SMALLEST_USD = 0.00001

/** Pico-dollars as a person reads them: cents of large amounts, and two digits of small ones. */
export function formatUsd(picoUsd: string | bigint | number): string {
  const usd = Number(picoUsd) / PICO_USD_PER_USD
  if (usd === 0) return '$0'
  if (usd < SMALLEST_USD) return 'under $0.00001'
  if (usd >= 1)
    return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  return `$${usd.toLocaleString('en', { maximumSignificantDigits: 2 })}`
}

/** What a form's field holds: dollars, to the cent or finer. */
export function dollarsOf(picoUsd: string): string {
  return String(Number(picoUsd) / PICO_USD_PER_USD)
}

/** Dollars as they were typed → pico-dollars; undefined where that is no amount. */
export function picoUsdOf(text: string): string | undefined {
  const match = /^\$?\s*(\d{1,6})(?:[.,](\d{1,12}))?$/.exec(text.trim())
  if (match === null) return undefined
  return String(BigInt(match[1]! + (match[2] ?? '').padEnd(12, '0')))
}
