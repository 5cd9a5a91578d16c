import { randomUUID } from 'node:crypto'

/**
 * A prompt that nobody has sent before, so that no cache can answer it.
 * @param tokens exactly so many has the answer; absent: as many as the simulator likes
 */
export function uniquePrompt(tokens?: number, about: string = randomUUID()): string {
  return `Tell me about ${about}${tokens === undefined ? '' : ` [tokens:${tokens}]`}`
}
