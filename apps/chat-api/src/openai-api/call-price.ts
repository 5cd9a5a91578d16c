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

/**
 * Of all that is sent. null, where there is more than text: how long it is, a picture or a file that is only referred to
 * least of all, does not say what it costs.
 */
export function inputBytesOf(body: ModelCallBody): number | null {
  const isText = !holdsMoreThanText(body['messages']) && !holdsMoreThanText(body['input'])
  return isText ? Buffer.byteLength(JSON.stringify(body)) : null
}

const WORDS: ReadonlySet<unknown> = new Set(['text', 'input_text', 'output_text'])

/** @param items messages of a completion, items of a response, or things to make vectors of */
function holdsMoreThanText(items: unknown): boolean {
  if (!Array.isArray(items)) return false
  return items.some((item: { content?: unknown; output?: unknown } | null) =>
    [item?.content, item?.output].some(
      (parts) =>
        Array.isArray(parts) &&
        parts.some((part: { type?: unknown } | null) => !WORDS.has(part?.type)),
    ),
  )
}
