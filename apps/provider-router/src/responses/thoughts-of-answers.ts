import type { AnswerBlock, ChatMessage } from '@brainlyx/router-contract'
import type { Thoughts } from './packed-thoughts.ts'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>

/** Gives answers that thoughts led to all their blocks in order: Claude wants its thoughts where they stood. */
export class ThoughtsOfAnswers {
  readonly #blocks = new Map<AssistantMessage, AnswerBlock[]>()
  readonly #thinking = new Set<AssistantMessage>()
  #thoughts: Thoughts = []

  add(thoughts: Thoughts): void {
    this.#thoughts.push(...thoughts)
  }

  /** A text or a call of an answer, and the thoughts before it are that answer's. */
  ledTo(answer: AssistantMessage, block: AnswerBlock): void {
    const blocks = this.#blocks.get(answer) ?? []
    this.#blocks.set(answer, blocks)
    if (this.#thoughts.length > 0) this.#thinking.add(answer)
    blocks.push(...this.#thoughts, block)
    this.#thoughts = []
  }

  /** Somebody else speaks: thoughts that led to nothing are nobody's. */
  forget(): void {
    this.#thoughts = []
  }

  finish(): void {
    for (const answer of this.#thinking) answer.answer_blocks = this.#blocks.get(answer)!
  }
}
