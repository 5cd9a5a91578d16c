import { slope } from './statistics.ts'
import type { Point } from './statistics.ts'

/**
 * How fast something grows by the lowest values of successive windows: what is used between two collections of
 * rubbish says nothing, what is left after one does.
 * @param points in the order of x @returns y for each unit of x; NaN for fewer than two windows
 */
export function growthOfLowest(points: readonly Point[], window: number): number {
  const lowest = new Map<number, Point>()
  for (const point of points) {
    const index = Math.floor(point.x / window)
    const known = lowest.get(index)
    if (known === undefined || point.y < known.y) lowest.set(index, point)
  }
  return slope([...lowest.values()])
}
