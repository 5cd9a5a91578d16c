/** How long deployments take until they begin to answer, as this replica sees it. */
export interface AnswerTimes {
  /** A call that was given up counts with the time for which it was waited. */
  note(call: CallKind, elapsedMs: number): void
  /** @param percent 0 to 100. undefined: too few calls to say */
  percentile(call: CallKind, percent: number): number | undefined
}

/** Until its first piece, or until all of it: two different times. */
export interface CallKind {
  readonly deploymentId: string
  readonly streams: boolean
}

/** Callers may name models at will; what they name must not fill the memory. */
const MOST_KINDS = 1_000
/** The newest count, so that a deployment that has become slow is not hedged for ever. */
const KEPT = 200
/** Of fewer a percentile near the end says nothing. */
const FEWEST = 20

interface Times {
  readonly newest: Float64Array
  count: number
  /** Put in order when somebody asks. */
  sorted: Float64Array | undefined
}

export function createAnswerTimes(): AnswerTimes {
  /** The one called longest ago comes first. */
  const kinds = new Map<string, Times>()
  const keyOf = ({ deploymentId, streams }: CallKind): string =>
    `${streams ? 'stream' : 'whole'} ${deploymentId}`
  return {
    note(call, elapsedMs) {
      const key = keyOf(call)
      const times = kinds.get(key) ?? {
        newest: new Float64Array(KEPT),
        count: 0,
        sorted: undefined,
      }
      kinds.delete(key)
      kinds.set(key, times)
      if (kinds.size > MOST_KINDS) kinds.delete(kinds.keys().next().value!)
      times.newest[times.count % KEPT] = elapsedMs
      times.count++
      times.sorted = undefined
    },
    percentile(call, percent) {
      const times = kinds.get(keyOf(call))
      if (times === undefined || times.count < FEWEST) return undefined
      times.sorted ??= times.newest.slice(0, times.count).sort()
      const place = Math.ceil((times.sorted.length * percent) / 100) - 1
      return times.sorted[Math.max(0, place)]
    },
  }
}
