import type { ChatCompletion, FinishReason, TokenLogprob } from '@brainlyx/router-contract'
import type { StreamPart } from '../adapters/stream-part.ts'
import { callSignature } from './call-signature.ts'
import { toCompletionUsage } from './completion-usage.ts'
import type { UsagePart } from './completion-usage.ts'
import { newToolCallId } from './identifiers.ts'

interface Choice {
  text: string | undefined
  reasoning: string
  refusal: string
  annotations: Record<string, unknown>[]
  calls: { id: string; name: string; arguments: string; extra: object }[]
  finish: FinishReason
  /** Of the text, and of the refusal. */
  logprobs: { content: TokenLogprob[]; refusal: TokenLogprob[] }
}

type Told = Pick<ChatCompletion, 'system_fingerprint' | 'service_tier'>

/** A provider's parts → one OpenAI-shaped completion. */
export class CompletionFormer {
  #model: string
  #told: Told = {}
  readonly #choices = new Map<number, Choice>()
  #usage: UsagePart | undefined

  /** @param model named where the provider names none */
  constructor(model: string) {
    this.#model = model
  }

  add(part: StreamPart): void {
    switch (part.type) {
      case 'response-start':
        this.#model = part.model ?? this.#model
        this.#told = { system_fingerprint: part.systemFingerprint, service_tier: part.serviceTier }
        return
      case 'usage':
        this.#usage = part
        return
      case 'response-end':
      case 'quota-report':
        return
      default:
        addTo(this.#choice(part.choice), part)
    }
  }

  /** @param created seconds since 1970 */
  form(options: { id: string; created: number }): ChatCompletion {
    return {
      id: options.id,
      object: 'chat.completion',
      created: options.created,
      model: this.#model,
      choices: [...this.#choices.entries()]
        .toSorted(([a], [b]) => a - b)
        .map(([index, choice]) => ({
          index,
          message: messageOf(choice),
          finish_reason: choice.finish,
          logprobs: logprobsOf(choice),
        })),
      ...this.#told,
      ...(this.#usage === undefined ? {} : { usage: toCompletionUsage(this.#usage) }),
    }
  }

  #choice(index: number): Choice {
    let choice = this.#choices.get(index)
    if (choice === undefined) {
      choice = {
        text: undefined,
        reasoning: '',
        refusal: '',
        annotations: [],
        calls: [],
        finish: 'stop',
        logprobs: { content: [], refusal: [] },
      }
      this.#choices.set(index, choice)
    }
    return choice
  }
}

type ChoicePart = Extract<StreamPart, { readonly choice: number }>

function addTo(choice: Choice, part: ChoicePart): void {
  switch (part.type) {
    case 'text-delta':
      choice.text = `${choice.text ?? ''}${part.text}`
      for (const token of part.logprobs ?? []) choice.logprobs.content.push(token)
      return
    case 'reasoning-delta':
      choice.reasoning += part.text
      return
    case 'refusal-delta':
      choice.refusal += part.text
      for (const token of part.logprobs ?? []) choice.logprobs.refusal.push(token)
      return
    case 'annotations':
      choice.annotations.push(...part.annotations)
      return
    case 'tool-call-start':
      choice.calls[part.index] = {
        id: part.id ?? newToolCallId(),
        name: part.name,
        arguments: '',
        extra: callSignature(part),
      }
      return
    case 'tool-call-delta': {
      const call = choice.calls[part.index]
      if (call !== undefined) call.arguments += part.arguments
      return
    }
    case 'finish':
      choice.finish = part.reason
      return
    default: // OpenAI's format has no place for it
  }
}

function messageOf(choice: Choice): ChatCompletion['choices'][number]['message'] {
  // A list with holes where a provider skipped an index.
  const calls = choice.calls.filter(() => true)
  const saysOtherwise = calls.length > 0 || choice.refusal !== ''
  return {
    role: 'assistant',
    content: choice.text ?? (saysOtherwise ? null : ''),
    refusal: choice.refusal === '' ? null : choice.refusal,
    ...(choice.reasoning === '' ? {} : { reasoning_content: choice.reasoning }),
    ...(choice.annotations.length === 0 ? {} : { annotations: choice.annotations }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call) => ({
            id: call.id,
            type: 'function' as const,
            function: { name: call.name, arguments: call.arguments === '' ? '{}' : call.arguments },
            ...call.extra,
          })),
        }),
  }
}

function logprobsOf({ logprobs }: Choice): ChatCompletion['choices'][number]['logprobs'] {
  const { content, refusal } = logprobs
  if (content.length === 0 && refusal.length === 0) return null
  return {
    content: content.length === 0 ? null : content,
    refusal: refusal.length === 0 ? null : refusal,
  }
}
