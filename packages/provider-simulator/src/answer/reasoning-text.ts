import type { SeededRandom } from './seeded-random.ts'
import { quoteOf } from './topic.ts'

/** What a model would think before it answers: a few short sentences. */
export function reasoningText(
  prompt: string,
  random: SeededRandom,
  keywords: readonly string[],
): string {
  const a = keywords[0] ?? 'the question'
  const b = keywords[1] ?? 'its context'
  const steps = random.shuffled([
    `Two things seem to matter most: ${a} and ${b}.`,
    `I should separate what is known about ${a} from what is only likely.`,
    `A common confusion is to mix up ${a} with ${b}; I will avoid that.`,
    `An example will make ${b} easier to see.`,
    `I could go into more depth on ${a}, but a short answer serves better.`,
  ])
  return [
    `The user asks: ${quoteOf(prompt)}`,
    `Let me think about ${a} first.`,
    ...steps.slice(0, 3),
    'I have what I need; now the answer.',
  ].join(' ')
}
