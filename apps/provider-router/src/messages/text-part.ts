import type { MessageBlock } from '@brainlyx/router-contract'

type TextBlock = Extract<MessageBlock, { type: 'text' }>
type Mark = TextBlock['cache_control']

/** Words of a chat completion, with the mark of Anthropic's cache that they bore. */
export interface TextPart {
  type: 'text'
  text: string
  cache_control?: NonNullable<Mark>
  [more: string]: unknown
}

export function textPart(block: { text: string; cache_control?: Mark }): TextPart {
  return { type: 'text', text: block.text, ...markOf(block) }
}

export function markOf({ cache_control: mark }: { cache_control?: Mark }): {
  cache_control?: NonNullable<Mark>
} {
  return mark == null ? {} : { cache_control: mark }
}
