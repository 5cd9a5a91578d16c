import type { StreamPart } from '../../adapters/stream-part.ts'

/** What the caller has of one choice. */
export interface SentChoice {
  text: string
  reasoning: string
  refusal: string
  /** By index; a hole where a provider skipped one. */
  readonly calls: { name: string; arguments: string }[]
}

/** What the caller has of an answer, so that it can be gone on with, or begun again unnoticed. */
export class SentAnswer {
  readonly #choices = new Map<number, SentChoice>()

  get isEmpty(): boolean {
    return this.#choices.size === 0
  }

  get choices(): ReadonlyMap<number, SentChoice> {
    return this.#choices
  }

  /**
   * The text to go on from: there is some, and nothing after it that a prefill cannot carry. Reasoning before it has
   * done its work.
   */
  get continuableText(): string | undefined {
    const choice = this.#choices.get(0)
    if (choice === undefined || this.#choices.size > 1) return undefined
    const hasMore = choice.calls.length > 0 || choice.refusal !== ''
    return hasMore || choice.text.trim() === '' ? undefined : choice.text
  }

  add(part: StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        this.#choice(part.choice).text += part.text
        return
      case 'reasoning-delta':
        this.#choice(part.choice).reasoning += part.text
        return
      case 'refusal-delta':
        this.#choice(part.choice).refusal += part.text
        return
      case 'tool-call-start':
        this.#choice(part.choice).calls[part.index] = { name: part.name, arguments: '' }
        return
      case 'tool-call-delta': {
        const call = this.#choice(part.choice).calls[part.index]
        if (call !== undefined) call.arguments += part.arguments
        return
      }
      default: // nothing that the caller could have kept
    }
  }

  clear(): void {
    this.#choices.clear()
  }

  #choice(index: number): SentChoice {
    let choice = this.#choices.get(index)
    if (choice === undefined) {
      choice = { text: '', reasoning: '', refusal: '', calls: [] }
      this.#choices.set(index, choice)
    }
    return choice
  }
}
