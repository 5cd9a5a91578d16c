import type { Gateway } from '../gateway/gateway.ts'
import type { CpuShares } from './cpu-shares.ts'

export interface SearchOptions {
  /** Where to begin. */
  readonly first: number
  /** Where to stop, if nothing has been too much by then. */
  readonly largest: number
  /** Steps that narrow down the limit once it has been passed: four leave 4 % between, three 9 %. */
  readonly narrowings: number
}

/** The largest load that something bears: doubled until it is too much, then between the two by ratio. */
class LimitSearch {
  readonly #options: SearchOptions
  #narrowingsLeft: number
  #tooMuch: number | undefined
  borne = 0

  constructor(options: SearchOptions) {
    this.#options = options
    this.#narrowingsLeft = options.narrowings
  }

  /** What to try next; undefined: the search is over. */
  get next(): number | undefined {
    const { first, largest } = this.#options
    if (this.#tooMuch === undefined) {
      const doubled = this.borne === 0 ? first : this.borne * 2
      return doubled > largest ? undefined : doubled
    }
    if (this.#narrowingsLeft === 0) return undefined
    const between = this.borne === 0 ? this.#tooMuch / 2 : Math.sqrt(this.borne * this.#tooMuch)
    const load = Math.round(between)
    return load === this.borne || load === this.#tooMuch ? undefined : load
  }

  tell(load: number, isBorne: boolean): void {
    if (this.#tooMuch !== undefined) this.#narrowingsLeft--
    if (isBorne) this.borne = load
    else this.#tooMuch = load
  }
}

export interface Limit<Step> {
  /** 0: not even the smallest that was tried. */
  readonly borne: number
  /** The step at it. */
  readonly step: Step | undefined
  readonly steps: readonly Step[]
}

/** Beyond the first: one where the machine was ours, since one hiccup of it is enough to fail; more where it was not. */
const MORE_ATTEMPTS = 1
const MORE_ATTEMPTS_DISTURBED = 3
/** Parts of a core that other programs may use beside. */
const UNDISTURBED = 0.25

/** The limit of each gateway; their steps take turns, so that whatever else the machine does falls on all alike. */
export async function findLimits<Step extends { readonly cpu: CpuShares }>(
  gateways: readonly Gateway[],
  options: SearchOptions & {
    attempt: (gateway: Gateway, load: number) => Promise<Step>
    isBorne: (step: Step) => boolean
  },
): Promise<Map<Gateway, Limit<Step>>> {
  const { attempt, isBorne } = options
  const attemptAgain = async (gateway: Gateway, load: number): Promise<Step> => {
    for (let attempts = 1; ; attempts++) {
      const step = await attempt(gateway, load)
      const isDisturbed = step.cpu.others > UNDISTURBED
      const most = 1 + (isDisturbed ? MORE_ATTEMPTS_DISTURBED : MORE_ATTEMPTS)
      if (isBorne(step) || attempts >= most) return step
    }
  }
  const searches = gateways.map((gateway) => ({
    gateway,
    search: new LimitSearch(options),
    steps: [] as Step[],
    best: undefined as Step | undefined,
  }))
  for (let isOver = false; !isOver;) {
    isOver = true
    for (const each of searches) {
      const load = each.search.next
      if (load === undefined) continue
      isOver = false
      const step = await attemptAgain(each.gateway, load)
      each.steps.push(step)
      if (isBorne(step)) each.best = step
      each.search.tell(load, isBorne(step))
    }
  }
  return new Map(
    searches.map(({ gateway, search, best, steps }) => [
      gateway,
      { borne: search.borne, step: best, steps },
    ]),
  )
}
