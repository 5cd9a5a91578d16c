import { classifyFailure } from '../failure/classify-failure.ts'
import { streamCut } from '../failure/stream-cut.ts'
import { SETTLE_MS } from '../server-sent-events/read-parts.ts'
import type { EventReader, JsonEvent } from '../server-sent-events/read-parts.ts'
import type { StreamPart } from '../stream-part.ts'
import {
  asCount,
  asObject,
  asObjects,
  asString,
  asText,
  present,
} from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { usagePart } from '../wire-value/unify-usage.ts'
import { CandidateReader } from './candidate-reader.ts'

/** A whole `generateContent` answer. @throws {ProviderError} where it is an error, or was cut off */
export function readContent(document: unknown): StreamPart[] {
  const reader = new ContentReader()
  return [...reader.read({ event: '', data: asObject(document) ?? {} }), ...reader.end()]
}

/** The first of several chunks that each name a reason to finish looks like an only one. */
const SETTLE_AFTER_FIRST_MS = 2_000

/** The chunks of `streamGenerateContent`; there is no end marker but a finish reason. */
export class ContentReader implements EventReader {
  readonly ended = false
  #chunks = 0
  #chunksWithFinish = 0
  readonly #candidates = new Map<number, CandidateReader>()
  #begun = false
  #blocked: string | undefined

  /** Models that name a reason in every chunk tell nothing by it, and begin with the first. */
  get settleMs(): number | undefined {
    if (this.#chunksWithFinish !== 1) return undefined
    return this.#chunks > 1 ? SETTLE_MS : SETTLE_AFTER_FIRST_MS
  }

  *read({ data }: JsonEvent): Generator<StreamPart> {
    if (data['error'] != null) throw classifyFailure({ status: null, body: data, inStream: true })
    if (!this.#begun) {
      this.#begun = true
      yield {
        type: 'response-start',
        id: asString(data['responseId']) ?? null,
        model: asString(data['modelVersion']) ?? null,
      }
    }
    this.#blocked ??= asText(asObject(data['promptFeedback'])?.['blockReason'])
    this.#chunks++
    const candidates = asObjects(data['candidates'])
    if (candidates.some((candidate) => asText(candidate['finishReason']) !== undefined)) {
      this.#chunksWithFinish++
    }
    for (const candidate of candidates) {
      const index = asCount(candidate['index']) ?? 0
      let reader = this.#candidates.get(index)
      if (reader === undefined) this.#candidates.set(index, (reader = new CandidateReader(index)))
      yield* reader.read(candidate)
    }
    const usage = contentUsagePart(data)
    if (usage !== undefined) yield usage
  }

  *end(): Generator<StreamPart> {
    let finished = 0
    for (const reader of this.#candidates.values()) {
      for (const part of reader.end()) {
        if (part.type === 'finish') finished++
        yield part
      }
    }
    if (finished === 0 && this.#blocked !== undefined) {
      yield { type: 'finish', choice: 0, reason: 'content_filter', raw: `blocked:${this.#blocked}` }
    } else if (finished === 0 || finished < this.#candidates.size) throw streamCut()
    yield { type: 'response-end', endMarker: true }
  }
}

/** Cumulative in every chunk; thoughts are counted beside the output, a tool's prompt beside the input. */
function contentUsagePart(data: WireObject): StreamPart | undefined {
  const usage = asObject(data['usageMetadata'])
  if (usage === undefined) return undefined
  const raw = present({
    input: asCount(usage['promptTokenCount']),
    output: asCount(usage['candidatesTokenCount']),
    cached: asCount(usage['cachedContentTokenCount']),
    reasoning: asCount(usage['thoughtsTokenCount']),
    tool_prompt: asCount(usage['toolUsePromptTokenCount']),
    total: asCount(usage['totalTokenCount']),
  })
  return usagePart(raw, { inputIncludesCached: true, outputIncludesReasoning: false })
}
