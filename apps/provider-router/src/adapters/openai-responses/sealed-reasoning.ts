import type { ProviderCall } from '../provider-adapter.ts'

/** Models that think, and seal what they thought; others refuse to be asked for it. */
const REASONS = /^(?:o\d|gpt-[5-9])(?!.*-chat)/

/** Whether a model is to tell what it thought in a form that only it can read. */
export function sealsReasoning({ request, target }: ProviderCall): boolean {
  return request.brainlyx?.handsThoughtsBack === true && REASONS.test(target.model)
}

/**
 * A call that was refused for its sealed reasoning, once more without any: another organisation's, or an older key's,
 * cannot be opened. What is refused costs nothing.
 * @returns undefined where it was refused for something else
 */
export function withoutRefusedSeals(call: ProviderCall, thrown: unknown): ProviderCall | undefined {
  const { status, code, message } = thrown as Readonly<Record<string, unknown>>
  if (status !== 400 || !/encrypted[ _]content/i.test(`${String(code)} ${String(message)}`)) {
    return undefined
  }
  if (!sealsReasoning(call) && !call.request.messages.some(isSealed)) return undefined
  const { brainlyx, messages, ...request } = call.request
  return {
    ...call,
    request: {
      ...request,
      brainlyx: { ...brainlyx, handsThoughtsBack: false },
      messages: messages.map((message) =>
        isSealed(message) ? { ...message, answer_blocks: null } : message,
      ),
    },
  }
}

function isSealed(message: ProviderCall['request']['messages'][number]): boolean {
  return message.role === 'assistant' && message.answer_blocks != null
}
