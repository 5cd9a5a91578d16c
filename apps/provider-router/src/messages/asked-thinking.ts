import type { ChatCompletionRequest, MessagesInput } from '@brainlyx/router-contract'
import { effortOfBudget } from '../adapters/anthropic/build-thinking.ts'

type Effort = NonNullable<ChatCompletionRequest['reasoning_effort']>

/** How hard to think, in OpenAI's words; undefined: as the model does by itself, whatever effort is named. */
export function chatEffort({
  thinking,
  output_config: output,
}: Pick<MessagesInput, 'thinking' | 'output_config'>): Effort | undefined {
  // Between tools alone nobody here is asked to think, and Anthropic's own models that cannot do not, either.
  if (thinking == null || thinking.type === 'disabled' || thinking.type === 'between_tools') {
    return undefined
  }
  if (thinking.type === 'enabled') return effortOfBudget(thinking.budget_tokens ?? 0)
  // What Claude takes where nothing is said.
  return EFFORTS.find((effort) => effort === output?.effort) ?? 'high'
}

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max']
