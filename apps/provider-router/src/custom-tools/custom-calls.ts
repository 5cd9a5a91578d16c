import type { ChatCompletion, ChatCompletionChunk, ToolCallDelta } from '@brainlyx/router-contract'
import { InputReader, inputOf } from './input-reader.ts'

type CompletionChoice = ChatCompletion['choices'][number]
type ChunkChoice = ChatCompletionChunk['choices'][number]

/**
 * An answer for a caller who offered custom tools: their calls are text. The contract leaves that kind of call to those
 * who asked for it.
 */
export function customCompletion(
  completion: ChatCompletion,
  names: ReadonlySet<string>,
): ChatCompletion {
  return { ...completion, choices: completion.choices.map((choice) => told(choice, names)) }
}

function told(choice: CompletionChoice, names: ReadonlySet<string>): CompletionChoice {
  const calls = choice.message.tool_calls?.map((call) => {
    const { function: called, ...others } = call
    if (!names.has(called.name)) return call
    const custom = { name: called.name, input: inputOf(called.arguments) }
    return { ...others, type: 'custom', custom } as unknown as typeof call
  })
  return calls === undefined
    ? choice
    : { ...choice, message: { ...choice.message, tool_calls: calls } }
}

/** The same for an answer in chunks. */
export class CustomChunks {
  readonly #names: ReadonlySet<string>
  /** Of the custom tools' calls, by choice and place. */
  readonly #readers = new Map<string, InputReader>()

  constructor(names: ReadonlySet<string>) {
    this.#names = names
  }

  /** Another deployment takes over: what it begins is new. */
  restart(): void {
    this.#readers.clear()
  }

  tell(chunks: readonly ChatCompletionChunk[]): ChatCompletionChunk[] {
    return chunks.flatMap((chunk) => {
      const choices = chunk.choices.flatMap((choice) => this.#choice(choice))
      return choices.length === 0 && chunk.choices.length > 0 ? [] : [{ ...chunk, choices }]
    })
  }

  #choice(choice: ChunkChoice): ChunkChoice[] {
    const { tool_calls: calls, ...delta } = choice.delta
    if (calls !== undefined) {
      const left = calls.flatMap((call) => this.#call(choice.index, call))
      return left.length === 0 ? [] : [{ ...choice, delta: { ...delta, tool_calls: left } }]
    }
    if (choice.finish_reason === null) return [choice]
    const rests = this.#rests(choice.index)
    if (rests.length === 0) return [choice]
    return [{ ...choice, delta: { tool_calls: rests }, finish_reason: null }, choice]
  }

  #call(choice: number, call: ToolCallDelta): ToolCallDelta[] {
    const { function: called, ...others } = call
    const place = `${choice}:${call.index}`
    if (called?.name !== undefined && this.#names.has(called.name)) {
      this.#readers.set(place, new InputReader())
      return [{ ...others, type: 'custom', custom: { name: called.name, input: '' } } as never]
    }
    const reader = this.#readers.get(place)
    if (reader === undefined) return [call]
    const input = reader.add(called?.arguments ?? '')
    return input === '' ? [] : [{ ...others, custom: { input } }]
  }

  /** What the ends of a choice's calls bring. */
  #rests(choice: number): ToolCallDelta[] {
    const rests: ToolCallDelta[] = []
    for (const [place, reader] of this.#readers) {
      const [ofChoice, index] = place.split(':').map(Number)
      if (ofChoice !== choice) continue
      const input = reader.end()
      if (input !== '') rests.push({ index: index!, custom: { input } })
    }
    return rests
  }
}
