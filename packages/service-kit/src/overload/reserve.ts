import type { Criticality } from './criticality.ts'

export interface Reserve {
  /** @returns what gives the place back, once or more often; undefined where there is none for this kind of work */
  enter(criticality: Criticality): (() => void) | undefined
  readonly inUse: number
}

/** Places for so much work at once, a part of which only critical work gets. @param options.reserved a share, 0 to 1 */
export function createReserve(options: { places: number; reserved: number }): Reserve {
  const { places } = options
  const open = Math.floor(places * (1 - options.reserved))
  let inUse = 0
  return {
    enter(criticality) {
      if (inUse >= (criticality === 'critical' ? places : open)) return undefined
      inUse++
      let isHeld = true
      return () => {
        if (isHeld) inUse--
        isHeld = false
      }
    },
    get inUse() {
      return inUse
    },
  }
}
