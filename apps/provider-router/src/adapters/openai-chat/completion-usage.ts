import type { StreamPart } from '../stream-part.ts'
import { asCount, asObject, present } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { usagePart } from '../wire-value/unify-usage.ts'

/** `usage` of a chat completion, or Groq's copy of it below `x_groq`. */
export function completionUsagePart(document: Record<string, unknown>): StreamPart | undefined {
  const usage = asObject(document['usage']) ?? asObject(asObject(document['x_groq'])?.['usage'])
  if (usage === undefined) return undefined
  const prompt = asObject(usage['prompt_tokens_details']) ?? {}
  const completion = asObject(usage['completion_tokens_details']) ?? {}
  const raw = present({
    input: asCount(usage['prompt_tokens']),
    output: asCount(usage['completion_tokens']),
    cached: asCount(prompt['cached_tokens']),
    reasoning: asCount(completion['reasoning_tokens']),
  })
  const part = usagePart(raw, { inputIncludesCached: true, outputIncludesReasoning: true })
  const details = {
    prompt: further(prompt, 'cached_tokens'),
    completion: further(completion, 'reasoning_tokens'),
  }
  const isSaid = Object.keys({ ...details.prompt, ...details.completion }).length > 0
  return part !== undefined && isSaid ? { ...part, details } : part
}

/** Counts other than the one that is told by itself, where there was anything to count. */
function further(counts: WireObject, told: string): Record<string, number> {
  const counted: Record<string, number> = {}
  for (const [key, value] of Object.entries(counts)) {
    const count = asCount(value) ?? 0
    if (count > 0 && key !== told) counted[key] = count
  }
  return counted
}
