import type { TokenUsage } from '@brainlyx/router-contract'
import type { RawUsage, StreamPart } from '../stream-part.ts'
import { asCount, asObject, present } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { usagePart } from '../wire-value/unify-usage.ts'

/** What Anthropic alone counts, and is paid for. */
type Dearer = Pick<TokenUsage, 'hourCacheWriteTokens'>

/** `message_start` counts first, `message_delta` corrects: what a later count names replaces the earlier. */
export class AnthropicUsage {
  #raw: RawUsage = {}
  #dearer: Dearer = {}

  read(usage: WireObject | undefined): StreamPart | undefined {
    if (usage === undefined) return undefined
    this.#raw = {
      ...this.#raw,
      ...present({
        input: asCount(usage['input_tokens']),
        output: asCount(usage['output_tokens']),
        cached: asCount(usage['cache_read_input_tokens']),
        cache_write: asCount(usage['cache_creation_input_tokens']),
      }),
    }
    this.#dearer = { ...this.#dearer, ...dearerOf(usage) }
    const part = usagePart(this.#raw, { inputIncludesCached: false, outputIncludesReasoning: true })
    return part === undefined ? undefined : { ...part, usage: { ...part.usage, ...this.#dearer } }
  }
}

function dearerOf(usage: WireObject): Dearer {
  const written = asObject(usage['cache_creation'])
  const forAnHour = asCount(written?.['ephemeral_1h_input_tokens']) ?? 0
  return forAnHour > 0 ? { hourCacheWriteTokens: forAnHour } : {}
}
