import { classifyFailure } from '../failure/classify-failure.ts'
import { streamCut } from '../failure/stream-cut.ts'
import { SETTLE_MS } from '../server-sent-events/read-parts.ts'
import type { EventReader, JsonEvent } from '../server-sent-events/read-parts.ts'
import type { StreamPart } from '../stream-part.ts'
import { asCount, asObject, asObjects, asString, asText } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'
import { ChoiceReader } from './choice-reader.ts'
import { completionUsagePart } from './completion-usage.ts'

/** A chat completion's stream, from OpenAI, Groq or any server that speaks like them. */
export class CompletionReader implements EventReader {
  readonly ended = false
  readonly #choices = new Map<number, ChoiceReader>()
  #begun = false

  get settleMs(): number | undefined {
    return areFinished(this.#choices) ? SETTLE_MS : undefined
  }

  read({ event, data }: JsonEvent): StreamPart[] {
    if (event === 'error' || data['error'] != null) {
      throw classifyFailure({ status: null, body: data, inStream: true })
    }
    const parts: StreamPart[] = []
    if (!this.#begun) {
      this.#begun = true
      parts.push(responseStart(data))
    }
    readChoices(this.#choices, data, 'delta', parts)
    const usage = completionUsagePart(data)
    if (usage !== undefined) parts.push(usage)
    return parts
  }

  *end(endMarker: boolean): Generator<StreamPart> {
    if (!areFinished(this.#choices)) throw streamCut()
    yield { type: 'response-end', endMarker }
  }
}

/** A whole chat completion. @throws {ProviderError} where the document is an error, or no answer at all */
export function readCompletion(document: unknown): StreamPart[] {
  const completion = asObject(document) ?? {}
  if (completion['error'] != null)
    throw classifyFailure({ status: null, body: completion, inStream: true })
  const choices = new Map<number, ChoiceReader>()
  const parts = [responseStart(completion)]
  readChoices(choices, completion, 'message', parts)
  if (!areFinished(choices)) throw streamCut()
  const usage = completionUsagePart(completion)
  if (usage !== undefined) parts.push(usage)
  parts.push({ type: 'response-end', endMarker: true })
  return parts
}

function areFinished(choices: ReadonlyMap<number, ChoiceReader>): boolean {
  for (const choice of choices.values()) if (!choice.finished) return false
  return choices.size > 0
}

function responseStart(data: WireObject): StreamPart {
  const systemFingerprint = asText(data['system_fingerprint'])
  const serviceTier = asText(data['service_tier'])
  return {
    type: 'response-start',
    id: asString(data['id']) ?? null,
    model: asString(data['model']) ?? null,
    ...(systemFingerprint === undefined ? {} : { systemFingerprint }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  }
}

function readChoices(
  choices: Map<number, ChoiceReader>,
  data: WireObject,
  key: 'delta' | 'message',
  parts: StreamPart[],
): void {
  for (const choice of asObjects(data['choices'])) {
    const index = asCount(choice['index']) ?? 0
    let reader = choices.get(index)
    if (reader === undefined) choices.set(index, (reader = new ChoiceReader(index)))
    // Some servers stream an answer of one piece as a message.
    reader.read(choice, asObject(choice[key]) ?? asObject(choice['message']) ?? {}, parts)
  }
}
