import type { ChatCompletionRequest, ChatMessage } from '@brainlyx/router-contract'
import type { Tier } from '../../../config/router-file.ts'
import type { RequestKind } from '../classification.ts'

/** `tuning`: seen while the weights were set. `held-out`: written and labelled after that. */
export type Split = 'tuning' | 'held-out'

export interface LabelledPrompt {
  readonly kind: RequestKind
  readonly tier: Tier
  readonly split: Split
  readonly request: ChatCompletionRequest
}

/** The rest of a request, where it counts. */
interface Surroundings {
  /** What was said before: user, assistant, user, … */
  readonly before?: readonly string[]
  readonly system?: string
  readonly image?: true
  /** Names of tools. */
  readonly tools?: readonly string[]
  /** What tools have answered since. */
  readonly toolAnswers?: readonly string[]
  readonly options?: Partial<ChatCompletionRequest>
}

type Labelled = Pick<LabelledPrompt, 'tier' | 'request'>

export const small = (prompt: string, surroundings?: Surroundings): Labelled => ({
  tier: 'small',
  request: requestOf(prompt, surroundings),
})

export const medium = (prompt: string, surroundings?: Surroundings): Labelled => ({
  tier: 'medium',
  request: requestOf(prompt, surroundings),
})

export const large = (prompt: string, surroundings?: Surroundings): Labelled => ({
  tier: 'large',
  request: requestOf(prompt, surroundings),
})

export function labelled(
  kind: RequestKind,
  prompts: { readonly tuning: readonly Labelled[]; readonly heldOut: readonly Labelled[] },
): LabelledPrompt[] {
  return [
    ...prompts.tuning.map((prompt) => ({ ...prompt, kind, split: 'tuning' as const })),
    ...prompts.heldOut.map((prompt) => ({ ...prompt, kind, split: 'held-out' as const })),
  ]
}

function requestOf(prompt: string, surroundings: Surroundings = {}): ChatCompletionRequest {
  const { before = [], system, image, tools, toolAnswers = [], options } = surroundings
  const messages: ChatMessage[] = []
  if (system !== undefined) messages.push({ role: 'system', content: system })
  before.forEach((content, index) => {
    messages.push({ role: index % 2 === 0 ? 'user' : 'assistant', content })
  })
  messages.push({ role: 'user', content: image ? withImage(prompt) : prompt })
  toolAnswers.forEach((content, index) => {
    const id = `call-${index}`
    const called = { name: tools?.[index] ?? 'tool', arguments: '{}' }
    messages.push({
      role: 'assistant',
      content: null,
      tool_calls: [{ id, type: 'function', function: called }],
    })
    messages.push({ role: 'tool', content, tool_call_id: id })
  })
  return {
    model: 'auto',
    messages,
    ...(tools && { tools: tools.map((name) => ({ type: 'function', function: { name } })) }),
    ...options,
  }
}

function withImage(text: string) {
  return [
    { type: 'text' as const, text },
    { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } },
  ]
}
