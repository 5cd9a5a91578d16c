import type { LoggedEntry } from './turn-log.ts'

/** So much text at most in one joined frame. */
const JOINED_LENGTH = 4_000

/**
 * The entry at `index` and the deltas of its kind that follow it, as one: whoever is behind gains nothing from each of
 * them alone. It has the last one's id.
 */
export function joinDeltas(
  at: (index: number) => LoggedEntry | undefined,
  index: number,
): { entry: LoggedEntry; next: number } {
  const first = at(index)!
  const { type } = first.frame
  if (type !== 'text-delta' && type !== 'reasoning-delta') return { entry: first, next: index + 1 }
  let { id } = first
  let { text } = first.frame
  let next = index + 1
  for (; text.length < JOINED_LENGTH; next++) {
    const following = at(next)
    if (following?.frame.type !== type) break
    text += following.frame.text
    id = following.id
  }
  return { entry: { id, frame: { type, text } }, next }
}
