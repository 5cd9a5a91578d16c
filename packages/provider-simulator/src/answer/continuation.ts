/**
 * What is still to be said of an answer of which `prefill` has been said: the rest, exactly, where the prefill is the
 * answer's beginning (trailing whitespace may have been trimmed: it is then part of the rest); the whole answer where
 * it is not.
 */
export function restAfter(answer: string, prefill: string): { text: string; continued: boolean } {
  if (prefill === '' || !answer.startsWith(prefill)) return { text: answer, continued: false }
  return { text: answer.slice(prefill.length), continued: true }
}
