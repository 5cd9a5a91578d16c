import type { MessagePart } from '@brainlyx/chat-contract'

/**
 * The text from which another call can go on: that of an answer which is text and nothing else, without blanks at its
 * end, since models that are given some write them again. undefined: the answer has to be begun again.
 */
export function textToContinue(parts: readonly MessagePart[]): string | undefined {
  if (parts.some((part) => part.type !== 'text')) return undefined
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const whole = text.replace(HALF_OF_A_CHARACTER, '').trimEnd()
  return whole === '' ? undefined : whole
}

/** The cut may have been between the two halves of an emoji. */
const HALF_OF_A_CHARACTER = /[\uD800-\uDBFF]$/
