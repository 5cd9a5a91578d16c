const DAY_MS = 24 * 60 * 60 * 1000

/** The day of UTC that a moment lies in: its name in keys, and when it begins and ends. */
export function dayOf(nowMs: number): { name: string; startsAtMs: number; endsAtMs: number } {
  const startsAtMs = Math.floor(nowMs / DAY_MS) * DAY_MS
  return {
    name: new Date(startsAtMs).toISOString().slice(0, 10),
    startsAtMs,
    endsAtMs: startsAtMs + DAY_MS,
  }
}
