const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `3 hours ago`; what is known to the quarter of an hour is not told more exactly. */
export function agoInWords(elapsedMs: number): string {
  if (elapsedMs < 15 * MINUTE_MS) return 'just now'
  if (elapsedMs < HOUR_MS) return `${15 * Math.floor(elapsedMs / (15 * MINUTE_MS))} minutes ago`
  if (elapsedMs < DAY_MS) return counted(Math.floor(elapsedMs / HOUR_MS), 'hour')
  return counted(Math.floor(elapsedMs / DAY_MS), 'day')
}

function counted(count: number, unit: string): string {
  return count === 1 ? `one ${unit} ago` : `${count} ${unit}s ago`
}
