export interface Scale {
  /** From a value to a position on the page. */
  position(value: number): number
  /** Values to write beside the axis. */
  readonly ticks: readonly number[]
}

type Range = readonly [number, number]

/** From zero; ticks at round values. */
export function linearScale(largest: number, [from, to]: Range): Scale {
  const step = roundStep(largest / 5)
  const end = Math.max(step, Math.ceil(largest / step) * step)
  return {
    position: (value) => from + (value / end) * (to - from),
    ticks: Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step),
  }
}

/** Ticks at 1, 2 and 5 times the powers of ten within the values. Values must be above 0. */
export function logarithmicScale([smallest, largest]: Range, [from, to]: Range): Scale {
  const [low, high] = [Math.log(smallest), Math.log(largest)]
  const ticks: number[] = []
  for (let power = 10 ** Math.floor(Math.log10(smallest)); power <= largest; power *= 10) {
    ticks.push(...[1, 2, 5].map((factor) => factor * power))
  }
  return {
    position: (value) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from),
    ticks: ticks.filter((tick) => tick >= smallest && tick <= largest),
  }
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough || 1))
  return (([1, 2, 5] as const).find((factor) => factor * power >= rough) ?? 10) * power
}
