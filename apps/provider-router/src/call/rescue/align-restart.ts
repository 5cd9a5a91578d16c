import type { StreamPart } from '../../adapters/stream-part.ts'
import type { SentAnswer } from './sent-answer.ts'

/** The answer that was begun again says something else than the caller has. */
export class AnswerDiffers extends Error {
  override readonly name = 'AnswerDiffers'
}

/**
 * An answer that is begun again, for a caller that cannot be told to forget: what it has already is held back, as
 * long as it comes again word for word, which it does where the model is deterministic. Otherwise nothing is passed
 * on: two halves of different answers are not one.
 */
export class RestartAlignment {
  readonly #expected: Map<string, string>
  /** Reasoning that comes out otherwise is left out: the caller has had its share, and the answer does not follow it. */
  readonly #dropped = new Set<string>()
  /** Whose reasoning the caller has some of: what proves another's reasoning genuine does not prove that. */
  readonly #hasReasoned = new Set<number>()

  constructor(sent: SentAnswer) {
    this.#expected = new Map()
    for (const [choice, { text, reasoning, refusal, calls }] of sent.choices) {
      this.#expect(`${choice} text`, text)
      this.#expect(`${choice} reasoning`, reasoning)
      if (reasoning !== '') this.#hasReasoned.add(choice)
      this.#expect(`${choice} refusal`, refusal)
      for (const [index, call] of calls.entries()) {
        this.#expect(`${choice} call ${index}`, call.name)
        this.#expect(`${choice} arguments ${index}`, call.arguments)
      }
    }
  }

  /**
   * What of a part is new to the caller; undefined: nothing.
   * @throws {AnswerDiffers}
   */
  align(part: StreamPart): StreamPart | undefined {
    switch (part.type) {
      case 'text-delta':
        return this.#rest(part, `${part.choice} text`, part.text)
      case 'refusal-delta':
        return this.#rest(part, `${part.choice} refusal`, part.text)
      case 'reasoning-delta':
        return this.#reasoning(part)
      case 'reasoning-signature':
      case 'reasoning-redacted':
      case 'reasoning-sealed':
        return this.#hasReasoned.has(part.choice) ? undefined : part
      case 'tool-call-start':
        return this.#toolCall(part)
      case 'tool-call-delta': {
        const rest = this.#take(`${part.choice} arguments ${part.index}`, part.arguments)
        return rest === '' ? undefined : { ...part, arguments: rest }
      }
      case 'finish':
        this.#finish(part.choice)
        return part
      default:
        return part
    }
  }

  #rest<Part extends StreamPart & { readonly text: string }>(
    part: Part,
    key: string,
    text: string,
  ): Part | undefined {
    const rest = this.#take(key, text)
    return rest === '' ? undefined : { ...part, text: rest }
  }

  #reasoning(part: Extract<StreamPart, { type: 'reasoning-delta' }>): StreamPart | undefined {
    const key = `${part.choice} reasoning`
    if (this.#dropped.has(key)) return undefined
    try {
      return this.#rest(part, key, part.text)
    } catch {
      this.#dropped.add(key)
      return undefined
    }
  }

  #toolCall(part: Extract<StreamPart, { type: 'tool-call-start' }>): StreamPart | undefined {
    const key = `${part.choice} call ${part.index}`
    const expected = this.#expected.get(key)
    if (expected === undefined) return part
    if (expected !== part.name) throw new AnswerDiffers()
    this.#expected.delete(key)
    return undefined
  }

  /** Ending before all of it came again is another answer too. */
  #finish(choice: number): void {
    for (const key of this.#expected.keys()) {
      if (key.startsWith(`${choice} `) && !key.endsWith('reasoning')) throw new AnswerDiffers()
    }
  }

  #expect(key: string, text: string): void {
    if (text !== '') this.#expected.set(key, text)
  }

  /** What of `text` goes beyond what is expected. */
  #take(key: string, text: string): string {
    const expected = this.#expected.get(key)
    if (expected === undefined) return text
    if (text.length < expected.length) {
      if (!expected.startsWith(text)) throw new AnswerDiffers()
      this.#expected.set(key, expected.slice(text.length))
      return ''
    }
    if (!text.startsWith(expected)) throw new AnswerDiffers()
    this.#expected.delete(key)
    return text.slice(expected.length)
  }
}
