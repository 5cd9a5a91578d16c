import type { Size } from './sizes.ts'

const EVERY_MS = 5_000

/** Says on standard error how far a load is, how fast, and how long the rest takes at that speed. */
export function tellProgress({ name, messages }: Size): (done: number) => void {
  const beganAt = performance.now()
  let toldAt = beganAt
  return (done) => {
    const now = performance.now()
    if (now - toldAt < EVERY_MS) return
    toldAt = now
    const perSecond = (done * 1_000) / (now - beganAt)
    const share = Math.round((done * 100) / messages)
    process.stderr.write(
      `  ${name}: ${share} %, ${Math.round(perSecond)} messages/s, ${durationOf((messages - done) / perSecond)} to go\n`,
    )
  }
}

export function durationOf(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}
