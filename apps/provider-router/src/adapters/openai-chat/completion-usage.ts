import type { StreamPart } from '../stream-part.ts'
import { asCount, asObject, present } from '../wire-value/read-value.ts'
import { usagePart } from '../wire-value/unify-usage.ts'

/** `usage` of a chat completion, or Groq's copy of it below `x_groq`. */
export function completionUsagePart(document: Record<string, unknown>): StreamPart | undefined {
  const usage = asObject(document['usage']) ?? asObject(asObject(document['x_groq'])?.['usage'])
  if (usage === undefined) return undefined
  const raw = present({
    input: asCount(usage['prompt_tokens']),
    output: asCount(usage['completion_tokens']),
    cached: asCount(asObject(usage['prompt_tokens_details'])?.['cached_tokens']),
    reasoning: asCount(asObject(usage['completion_tokens_details'])?.['reasoning_tokens']),
  })
  return usagePart(raw, { inputIncludesCached: true, outputIncludesReasoning: true })
}
