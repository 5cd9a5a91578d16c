export type PromptKind = 'code' | 'table' | 'list' | 'math' | 'prose'

const patterns: readonly [PromptKind, RegExp][] = [
  ['table', /\b(tables?|compare|comparison|versus)\b/i],
  [
    'code',
    /\b(code|function|typescript|javascript|python|sql|regex|script|snippet|bash|shell|rust|golang|implement)\b/i,
  ],
  ['list', /\b(list|plan|steps?|itinerary|checklist|outline|bullets?)\b/i],
  ['math', /\b(math|mathematics|equation|integral|derivative|algebra|formula|theorem|solve)\b/i],
]

/** What shape of answer the prompt asks for, by its words. */
export function promptKind(prompt: string): PromptKind {
  return patterns.find(([, pattern]) => pattern.test(prompt))?.[0] ?? 'prose'
}

/** Whether the prompt itself asks for thought before the answer. */
export function asksForReasoning(prompt: string): boolean {
  return /\b(think|why|reason|reasoning|reasons)\b/i.test(prompt)
}

/** The length that a test wrote into its prompt as `[tokens:300]`. */
export function requestedTokens(prompt: string): number | undefined {
  const match = /\[tokens:(\d{1,6})\]/.exec(prompt)
  return match === null ? undefined : Number(match[1])
}
