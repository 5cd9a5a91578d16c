/** Whose clients read an error. */
export type ErrorFormat = 'problem' | 'openai' | 'anthropic'

/** The shape of errors that a path promises: of OpenAI's API under `/v1`, of Anthropic's where its clients call. */
export function errorFormatOf(path: string): ErrorFormat {
  // As Express has it, for whom /V1 is the same.
  if (/^\/v1\/messages(?:\/|$)/i.test(path)) return 'anthropic'
  return /^\/v1(?:\/|$)/i.test(path) ? 'openai' : 'problem'
}
