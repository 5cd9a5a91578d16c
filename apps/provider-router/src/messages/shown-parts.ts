import type { ChatMessage, MessageBlock } from '@brainlyx/router-contract'
import { unsupportedHere } from '../admit/unsupported-here.ts'
import { markOf, textPart } from './text-part.ts'

export type UserPart = Exclude<Extract<ChatMessage, { role: 'user' }>['content'], string>[number]
type ShownType = 'text' | 'image' | 'document' | 'search_result'
export type ShownBlock = Extract<MessageBlock, { type: ShownType }>

/**
 * What a person shows, as parts of what they say.
 * @throws {ServiceError} 400 `unsupported-option` for what was uploaded to Anthropic
 */
export function shownParts(block: ShownBlock, path: string): UserPart[] {
  if (block.type === 'text') return [textPart(block)]
  if (block.type === 'search_result') return [{ ...textPart(foundText(block)), ...markOf(block) }]
  const { source } = block
  switch (source.type) {
    case 'file':
      throw unsupportedHere(`${path}.source`, 'Nothing is uploaded here: send it in the request.')
    case 'text':
      return [{ ...textPart({ text: source.data }), ...markOf(block) }]
    case 'content': {
      const { content } = source
      const blocks = typeof content === 'string' ? [textOnly(content)] : content
      return blocks.flatMap((part) => shownParts(part, `${path}.source.content`))
    }
    default: {
      const url =
        source.type === 'url' ? source.url : `data:${source.media_type};base64,${source.data}`
      if (block.type === 'image') {
        return [{ type: 'image_url', image_url: { url }, ...markOf(block) }]
      }
      const filename = block.title ?? 'document.pdf'
      return [{ type: 'file', file: { filename, file_data: url }, ...markOf(block) }]
    }
  }
}

/** A passage with where it is from, in words. */
export function foundText(block: Extract<ShownBlock, { type: 'search_result' }>): { text: string } {
  const passages = block.content.map(({ text }) => text)
  return { text: [block.title, block.source, ...passages].join('\n') }
}

export function textOnly(text: string): Extract<ShownBlock, { type: 'text' }> {
  return { type: 'text', text }
}
