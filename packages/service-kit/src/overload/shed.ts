import type { Criticality } from './criticality.ts'
import type { Pressure } from './pressure.ts'

/** The highest there is; who has it is turned away last. */
const PRIORITIES = 10

/**
 * Whether work is turned away: what is optional as soon as there is any pressure, then what is normal from the lowest
 * priority up, and what is critical only where nothing can be taken on at all.
 * @param work.priority 0 to 9; 9 goes first
 */
export function isShed(
  { level, isFull }: Pressure,
  work: { criticality: Criticality; priority: number },
): boolean {
  if (isFull) return true
  switch (work.criticality) {
    case 'critical':
      return false
    case 'normal':
      return level >= 1 || level > (work.priority + 1) / PRIORITIES
    case 'optional':
      return level > 0
  }
}
