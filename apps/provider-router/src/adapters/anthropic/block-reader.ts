import type { StreamPart } from '../stream-part.ts'
import { asObject, asString, asText } from '../wire-value/read-value.ts'
import type { WireObject } from '../wire-value/read-value.ts'

interface OpenBlock {
  readonly kind: string
  /** Its place among the blocks of its kind. */
  readonly place: number
  readonly input: unknown
  receivedJson: boolean
}

const choice = 0

/**
 * Reads content blocks, by their events or whole. Blocks of kinds that we do not know are tools that Anthropic ran
 * itself (searches, code, MCP, compaction, …): named, and otherwise left alone.
 */
export class BlockReader {
  readonly #open = new Map<number, OpenBlock>()
  #texts = 0
  #thoughts = 0
  #toolCalls = 0;

  *start(index: number, block: WireObject): Generator<StreamPart> {
    const kind = asString(block['type']) ?? 'unknown'
    this.#open.set(index, {
      kind,
      place: this.#placeOf(kind),
      input: block['input'],
      receivedJson: false,
    })
    const { place } = this.#open.get(index)!
    if (kind === 'text') yield* this.#text(place, block['text'])
    else if (kind === 'thinking') {
      yield* this.#thought(place, block['thinking'])
      yield* this.#signature(place, block['signature'])
    } else if (kind === 'redacted_thinking') {
      yield { type: 'reasoning-redacted', choice, data: asString(block['data']) ?? '' }
    } else if (kind === 'tool_use') {
      const name = asString(block['name']) ?? ''
      yield { type: 'tool-call-start', choice, index: place, id: asText(block['id']) ?? null, name }
    } else {
      yield { type: 'server-tool-call', choice, kind, name: asText(block['name']) ?? null }
    }
  }

  *delta(index: number, delta: WireObject): Generator<StreamPart> {
    const block = this.#open.get(index)
    if (block === undefined) return
    switch (delta['type']) {
      case 'text_delta':
        yield* this.#text(block.place, delta['text'])
        break
      case 'thinking_delta':
        yield* this.#thought(block.place, delta['thinking'])
        break
      case 'signature_delta':
        yield* this.#signature(block.place, delta['signature'])
        break
      case 'input_json_delta': {
        const json = asText(delta['partial_json'])
        if (json === undefined || block.kind !== 'tool_use') break
        block.receivedJson = true
        yield { type: 'tool-call-delta', choice, index: block.place, arguments: json }
        break
      }
      default: // citations, compaction: nothing that an answer shows
    }
  }

  *stop(index: number): Generator<StreamPart> {
    const block = this.#open.get(index)
    this.#open.delete(index)
    if (block?.kind !== 'tool_use') return
    if (!block.receivedJson) {
      // A tool without arguments sends no JSON at all.
      const json = JSON.stringify(asObject(block.input) ?? {})
      yield { type: 'tool-call-delta', choice, index: block.place, arguments: json }
    }
    yield { type: 'tool-call-end', choice, index: block.place }
  }

  *whole(index: number, block: WireObject): Generator<StreamPart> {
    yield* this.start(index, block)
    yield* this.stop(index)
  }

  #placeOf(kind: string): number {
    if (kind === 'text') return this.#texts++
    if (kind === 'thinking') return this.#thoughts++
    return kind === 'tool_use' ? this.#toolCalls++ : 0
  }

  *#text(block: number, text: unknown): Generator<StreamPart> {
    const given = asText(text)
    if (given !== undefined) yield { type: 'text-delta', choice, text: given, block }
  }

  *#thought(block: number, text: unknown): Generator<StreamPart> {
    const given = asText(text)
    if (given !== undefined) yield { type: 'reasoning-delta', choice, text: given, block }
  }

  *#signature(block: number, signature: unknown): Generator<StreamPart> {
    const given = asText(signature)
    if (given !== undefined) yield { type: 'reasoning-signature', choice, signature: given, block }
  }
}
