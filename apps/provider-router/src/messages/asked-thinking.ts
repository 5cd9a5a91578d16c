import type { ChatCompletionRequest, MessagesInput } from '@brainlyx/router-contract'
import { effortOfBudget } from '../adapters/anthropic/build-thinking.ts'

type Effort = NonNullable<ChatCompletionRequest['reasoning_effort']>

/** How hard to think, in OpenAI's words; undefined: as the model does by itself. */
export function chatEffort({
  thinking,
  output_config: output,
}: Pick<MessagesInput, 'thinking' | 'output_config'>): Effort | undefined {
  if (thinking?.type === 'disabled') return undefined
  if (thinking?.type === 'enabled') return effortOfBudget(thinking.budget_tokens ?? 0)
  const named = EFFORTS.find((effort) => effort === output?.effort)
  // What Claude takes where nothing is said.
  return named ?? (thinking == null ? undefined : 'high')
}

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max']
