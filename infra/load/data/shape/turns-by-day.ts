import type { ChatPlan } from './plan-chats.ts'

const DAY_MS = 86_400_000
const MOST_A_DAY = 2 ** 26

/** The numbers of a plan's turns day by day, each day's in the order of their time, as a real table receives them. */
export function* turnsByDay({ at }: ChatPlan): Generator<Uint32Array> {
  const days = new Map<number, number>()
  for (const time of at) {
    const day = Math.floor(time / DAY_MS)
    days.set(day, (days.get(day) ?? 0) + 1)
  }
  const inOrder = [...days].toSorted(([one], [other]) => one - other)
  const ends = new Map<number, number>()
  let end = 0
  for (const [day, count] of inOrder) {
    ends.set(day, end)
    end += count
  }
  const grouped = new Uint32Array(at.length)
  for (let turn = 0; turn < at.length; turn++) {
    const day = Math.floor((at[turn] ?? 0) / DAY_MS)
    const place = ends.get(day) ?? 0
    grouped[place] = turn
    ends.set(day, place + 1)
  }
  for (const [day, count] of inOrder) {
    const last = ends.get(day) ?? 0
    yield sortedByTime(grouped.subarray(last - count, last), at, day * DAY_MS)
  }
}

/** Time and place in one number, for these are sorted without a comparison in JavaScript. */
function sortedByTime(turns: Uint32Array, at: Float64Array, midnight: number): Uint32Array {
  const keys = Float64Array.from(
    turns,
    (turn, place) => ((at[turn] ?? 0) - midnight) * MOST_A_DAY + place,
  )
  return Uint32Array.from(keys.sort(), (key) => turns[key % MOST_A_DAY] ?? 0)
}
