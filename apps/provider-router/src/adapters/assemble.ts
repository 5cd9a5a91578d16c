import type { FinishReason, TokenUsage } from '@brainlyx/router-contract'
import type { RawUsage, StreamPart } from './stream-part.ts'

export interface AssembledToolCall {
  readonly id: string | null
  readonly name: string
  /** JSON text, `{}` where there were none; of a custom tool its free text. */
  readonly arguments: string
}

export interface AssembledChoice {
  readonly index: number
  /** Every text block joined, with nothing between. */
  readonly text: string
  readonly textParts: readonly string[]
  /** null where none could be read. */
  readonly reasoning: string | null
  readonly reasoningParts: readonly string[]
  readonly redactedReasoningBlocks: number
  readonly refusal: string | null
  readonly toolCalls: readonly AssembledToolCall[]
  readonly serverToolCalls: readonly { readonly kind: string; readonly name: string | null }[]
  readonly finishReason: FinishReason | null
  /** The provider's own word. */
  readonly finishRaw: string | null
}

/** A whole answer, or as much of one as came. What stands beside `choices` is the first choice's. */
export interface AssembledAnswer extends AssembledChoice {
  readonly id: string | null
  readonly model: string | null
  readonly usage: TokenUsage | null
  readonly usageRaw: RawUsage | null
  /** Every choice that began has its finish signal. Never true of an answer that was cut. */
  readonly complete: boolean
  /** The provider's end of the stream came too; its absence after a finish signal is no failure. */
  readonly endMarker: boolean
  readonly choices: readonly AssembledChoice[]
}

/**
 * Gathers the parts of one provider call. `answer()` may be asked at any time: before the end it is what came so far,
 * as for a caller that left or a stream that failed.
 */
export class AnswerAssembler {
  readonly #choices = new Map<number, ChoiceAssembler>()
  #id: string | null = null
  #model: string | null = null
  #usage: TokenUsage | null = null
  #usageRaw: RawUsage | null = null
  #endMarker = false

  push(part: StreamPart): void {
    switch (part.type) {
      case 'response-start':
        this.#id ??= part.id
        this.#model ??= part.model
        break
      case 'usage':
        // Cumulative everywhere: the last one counts, nothing is added up.
        this.#usage = part.usage
        this.#usageRaw = part.raw
        break
      case 'response-end':
        this.#endMarker = part.endMarker
        break
      case 'quota-report': // not about the answer
        break
      default:
        this.#choice(part.choice).push(part)
    }
  }

  answer(): AssembledAnswer {
    const choices = [...this.#choices.values()]
      .map((choice) => choice.choice())
      .sort((a, b) => a.index - b.index)
    return {
      ...(choices.find((choice) => choice.index === 0) ?? new ChoiceAssembler(0).choice()),
      id: this.#id,
      model: this.#model,
      usage: this.#usage,
      usageRaw: this.#usageRaw,
      complete: choices.length > 0 && choices.every((choice) => choice.finishRaw !== null),
      endMarker: this.#endMarker,
      choices,
    }
  }

  #choice(index: number): ChoiceAssembler {
    let choice = this.#choices.get(index)
    if (choice === undefined) this.#choices.set(index, (choice = new ChoiceAssembler(index)))
    return choice
  }
}

export function assemble(parts: Iterable<StreamPart>): AssembledAnswer {
  const assembler = new AnswerAssembler()
  for (const part of parts) assembler.push(part)
  return assembler.answer()
}

type ChoicePart = Extract<StreamPart, { readonly choice: number }>

class ChoiceAssembler {
  readonly #index: number
  readonly #text: string[] = []
  readonly #reasoning: string[] = []
  readonly #toolCalls: { id: string | null; name: string; arguments: string }[] = []
  readonly #serverToolCalls: { kind: string; name: string | null }[] = []
  #redactedReasoningBlocks = 0
  #refusal: string | null = null
  #finishReason: FinishReason | null = null
  #finishRaw: string | null = null

  constructor(index: number) {
    this.#index = index
  }

  push(part: ChoicePart): void {
    switch (part.type) {
      case 'text-delta':
        append(this.#text, part.block, part.text)
        break
      case 'reasoning-delta':
        append(this.#reasoning, part.block, part.text)
        break
      case 'reasoning-redacted':
        this.#redactedReasoningBlocks++
        break
      case 'refusal-delta':
        this.#refusal = (this.#refusal ?? '') + part.text
        break
      case 'tool-call-start':
        this.#toolCalls[part.index] = { id: part.id, name: part.name, arguments: '' }
        break
      case 'tool-call-delta': {
        const call = this.#toolCalls[part.index]
        if (call !== undefined) call.arguments += part.arguments
        break
      }
      case 'server-tool-call':
        this.#serverToolCalls.push({ kind: part.kind, name: part.name })
        break
      case 'finish':
        this.#finishReason = part.reason
        this.#finishRaw = part.raw
        break
      case 'annotations':
      case 'tool-call-end':
      case 'reasoning-signature':
      case 'reasoning-sealed':
    }
  }

  choice(): AssembledChoice {
    // An index that was skipped leaves a hole, which is no part.
    const textParts = Object.values(this.#text)
    const reasoningParts = Object.values(this.#reasoning)
    return {
      index: this.#index,
      text: textParts.join(''),
      textParts,
      reasoning: reasoningParts.length === 0 ? null : reasoningParts.join(''),
      reasoningParts,
      redactedReasoningBlocks: this.#redactedReasoningBlocks,
      refusal: this.#refusal,
      toolCalls: Object.values(this.#toolCalls).map((call) => ({
        ...call,
        arguments: call.arguments === '' ? '{}' : call.arguments,
      })),
      serverToolCalls: [...this.#serverToolCalls],
      finishReason: this.#finishReason,
      finishRaw: this.#finishRaw,
    }
  }
}

function append(blocks: string[], block: number, text: string): void {
  blocks[block] = (blocks[block] ?? '') + text
}
