import type { RawUsage, StreamPart } from '../stream-part.ts'
import { asCount, asObject, present } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { usagePart } from '../wire-value/unify-usage.ts'

/** `message_start` counts first, `message_delta` corrects: what a later count names replaces the earlier. */
export class AnthropicUsage {
  #raw: RawUsage = {}

  read(usage: WireObject | undefined): StreamPart | undefined {
    if (usage === undefined) return undefined
    this.#raw = {
      ...this.#raw,
      ...present({
        input: asCount(usage['input_tokens']),
        output: asCount(usage['output_tokens']),
        cached: asCount(usage['cache_read_input_tokens']),
        cache_write: asCount(usage['cache_creation_input_tokens']),
        cache_write_hour: asCount(asObject(usage['cache_creation'])?.['ephemeral_1h_input_tokens']),
      }),
    }
    return usagePart(this.#raw, { inputIncludesCached: false, outputIncludesReasoning: true })
  }
}
