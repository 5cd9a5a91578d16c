import type { Obstacle } from './obstacle.ts'

/** Question and answer share the context. */
export const contextObstacle: Obstacle = ({ contextTokens }, { inputTokens, outputTokens = 0 }) => {
  const tokens = inputTokens + outputTokens
  if (contextTokens === null || tokens <= contextTokens) return undefined
  return `holds ${contextTokens} tokens, of about ${tokens}`
}
