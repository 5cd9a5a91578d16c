import { randomUUID } from 'node:crypto'

/** A prompt that nobody has sent before, so that no cache can answer it. Its answer has exactly so many tokens. */
export function uniquePrompt(tokens: number, about: string = randomUUID()): string {
  return `Tell me about ${about} [tokens:${tokens}]`
}
