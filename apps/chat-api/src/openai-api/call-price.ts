import type { TurnPrice } from '@brainlyx/db'
import type { RouterModel } from '@brainlyx/router-contract'
import { turnPriceOf } from '@brainlyx/turn-engine'
import type { ModelCallBody } from './forwarded-body.ts'

/** As many answers to one question as OpenAI's API gives. */
const ANSWERS_LIMIT = 128
/** Of the longest body. */
const INPUT_LIMIT_TOKENS = 16 * 1024 * 1024

/** What a call may cost at most. */
export function callPriceOf(
  model: RouterModel,
  kind: 'chat' | 'embedding',
  { n }: ModelCallBody,
): TurnPrice {
  const price = turnPriceOf(model)
  // Each of any number of texts may be as long as the model takes.
  if (kind === 'embedding') return { ...price, contextTokens: INPUT_LIMIT_TOKENS, outputTokens: 0 }
  const answers = typeof n === 'number' ? Math.min(Math.max(1, Math.ceil(n)), ANSWERS_LIMIT) : 1
  return { ...price, outputTokens: answers * price.outputTokens }
}

/** What a tool whose input is text is told with beside its own words, as the function that stands for it. */
const CUSTOM_TOOL_BYTES = 256

/**
 * Of all that is sent. null, where there is more than text, or more than is sent: how long it is, a picture, a file or
 * an earlier response that is only referred to least of all, does not say what it costs.
 */
export function inputBytesOf(body: ModelCallBody): number | null {
  const { messages, input, tools, previous_response_id: previous } = body
  const isAll = previous == null && !namesItems(input)
  if (!isAll || holdsMoreThanText(messages) || holdsMoreThanText(input)) return null
  const isCustom = (tool: { type?: unknown } | null): boolean => tool?.type === 'custom'
  const customTools = Array.isArray(tools) ? tools.filter(isCustom).length : 0
  return Buffer.byteLength(JSON.stringify(body)) + customTools * CUSTOM_TOOL_BYTES
}

/** What has an id and no type is a name too, unless it is a message. */
function namesItems(input: unknown): boolean {
  if (!Array.isArray(input)) return false
  return input.some((item: { type?: unknown; role?: unknown; id?: unknown } | null) => {
    if (item?.type != null) return item.type === 'item_reference'
    return item?.id !== undefined && item.role === undefined
  })
}

const WORDS: ReadonlySet<unknown> = new Set([
  'text',
  'input_text',
  'output_text',
  // Anthropic's blocks of what a model said itself.
  'tool_use',
  'thinking',
  'redacted_thinking',
])

/** @param items messages, items of a response, or things to make vectors of */
function holdsMoreThanText(items: unknown): boolean {
  if (!Array.isArray(items)) return false
  return items.some((item: { content?: unknown; output?: unknown } | null) =>
    [item?.content, item?.output].some(
      (parts) =>
        Array.isArray(parts) &&
        parts.some((part: { type?: unknown } | null) =>
          // Anthropic's results of tools stand among what a user says, and hold parts of their own.
          part?.type === 'tool_result' ? holdsMoreThanText([part]) : !WORDS.has(part?.type),
        ),
    ),
  )
}
