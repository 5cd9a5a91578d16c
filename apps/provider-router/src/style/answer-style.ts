import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { textOfContent } from '../adapters/wire-value/message-text.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import { asksAboutIdentity } from './asks-about-identity.ts'
import { createStyler } from './create-styler.ts'
import type { Styler } from './create-styler.ts'

/** What is made of an answer's parts on their way to the caller. */
export interface AnswerStyle {
  apply(parts: readonly StreamPart[]): readonly StreamPart[]
  /** The answer is begun again. */
  restart(): void
}

const RAW: AnswerStyle = { apply: (parts) => parts, restart: () => {} }

/** Only prose is styled: what a program asked for by a format is left as it is. */
export function answerStyle(
  request: ChatCompletionRequest,
  style: 'brainlyx' | 'raw',
): AnswerStyle {
  const isProse = (request.response_format?.type ?? 'text') === 'text'
  return style === 'brainlyx' && isProse ? new BrainlyxStyle(request) : RAW
}

class BrainlyxStyle implements AnswerStyle {
  readonly #request: ChatCompletionRequest
  readonly #stylers = new Map<number, Styler>()
  #mayNameItself: boolean | undefined

  constructor(request: ChatCompletionRequest) {
    this.#request = request
  }

  apply(parts: readonly StreamPart[]): readonly StreamPart[] {
    if (!parts.some(isAffected)) return parts
    const styled: StreamPart[] = []
    for (const part of parts) this.#add(part, styled)
    return styled
  }

  restart(): void {
    this.#stylers.clear()
  }

  #add(part: StreamPart, styled: StreamPart[]): void {
    if (part.type === 'text-delta') {
      const text = this.#styler(part.choice).push(part.text)
      if (text === part.text) styled.push(part)
      else if (text !== '') styled.push({ ...part, text })
      return
    }
    if (endsText(part)) this.#end(part.choice, styled)
    styled.push(part)
  }

  /** What is held back, and what closes what is open. */
  #end(choice: number, styled: StreamPart[]): void {
    const text = this.#stylers.get(choice)?.end() ?? ''
    this.#stylers.delete(choice)
    if (text !== '') styled.push({ type: 'text-delta', choice, text, block: 0 })
  }

  #styler(choice: number): Styler {
    let styler = this.#stylers.get(choice)
    if (styler === undefined) {
      styler = createStyler({ mayNameItself: this.#asksForName })
      this.#stylers.set(choice, styler)
    }
    return styler
  }

  readonly #asksForName = (): boolean => {
    const last = this.#request.messages.findLast(({ role }) => role === 'user')
    return (this.#mayNameItself ??= asksAboutIdentity(textOfContent(last?.content)))
  }
}

function isAffected(part: StreamPart): boolean {
  return part.type === 'text-delta' || endsText(part)
}

/** Text that is followed by a call ends there, as far as anybody reads it. */
function endsText(
  part: StreamPart,
): part is Extract<StreamPart, { type: 'finish' | 'tool-call-start' }> {
  return part.type === 'finish' || part.type === 'tool-call-start'
}
