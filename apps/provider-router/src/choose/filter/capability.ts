import type { Obstacle } from './obstacle.ts'

/** Only what is known to be missing counts. */
export const capabilityObstacle: Obstacle = ({ capabilities }, needs) => {
  if (needs.images && capabilities.images === false) return 'takes no images'
  return needs.tools && capabilities.tools === false ? 'takes no tools' : undefined
}
