import type { RawUsage, StreamPart } from '../stream-part.ts'
import { asCount, asObject, present } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { usagePart } from '../wire-value/unify-usage.ts'

/** `message_start` counts first, `message_delta` corrects: what a later count names replaces the earlier. */
export class AnthropicUsage {
  #raw: RawUsage = {}
  /** Of what was written to the cache; undefined: none. */
  #forAnHour: number | undefined

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
    const forAnHour = asCount(asObject(usage['cache_creation'])?.['ephemeral_1h_input_tokens'])
    if (forAnHour !== undefined && forAnHour > 0) this.#forAnHour = forAnHour
    const part = usagePart(this.#raw, { inputIncludesCached: false, outputIncludesReasoning: true })
    if (part === undefined || this.#forAnHour === undefined) return part
    // A part of what was written, whatever a server says.
    const hourCacheWriteTokens = Math.min(this.#forAnHour, part.usage.cacheWriteTokens)
    return { ...part, usage: { ...part.usage, hourCacheWriteTokens } }
  }
}
