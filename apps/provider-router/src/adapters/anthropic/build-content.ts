import type Anthropic from '@anthropic-ai/sdk'
import { parseDataUrl } from '../wire-value/data-url.ts'

interface Part {
  readonly type: string
  readonly [key: string]: unknown
}

/**
 * Text parts with their `cache_control`, which callers may set to use Anthropic's prompt cache. Without those of white
 * space only, which are refused.
 */
export function textBlocks(content: string | readonly Part[]): Anthropic.TextBlockParam[] {
  if (typeof content === 'string')
    return content.trim() === '' ? [] : [{ type: 'text', text: content }]
  return content.flatMap((part) =>
    typeof part['text'] === 'string' && part['text'].trim() !== ''
      ? [{ type: 'text' as const, text: part['text'], ...cacheControl(part) }]
      : [],
  )
}

export function contentBlocks(content: string | readonly Part[]): Anthropic.ContentBlockParam[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.flatMap((part): Anthropic.ContentBlockParam[] => {
    if (part.type === 'image_url') return [imageBlock(part)]
    if (part.type === 'file') return [documentBlock(part)]
    return textBlocks([part])
  })
}

function imageBlock(part: Part): Anthropic.ImageBlockParam {
  const { url } = part['image_url'] as { url: string }
  const data = parseDataUrl(url)
  return {
    type: 'image',
    source:
      data === undefined
        ? { type: 'url', url }
        : {
            type: 'base64',
            // Anthropic names four types; it answers for any other itself.
            media_type: data.mediaType as Anthropic.Base64ImageSource['media_type'],
            data: data.base64,
          },
    ...cacheControl(part),
  }
}

function documentBlock(part: Part): Anthropic.DocumentBlockParam {
  const { file_data: fileData = '' } = part['file'] as { file_data?: string }
  return { type: 'document', source: documentSource(fileData), ...cacheControl(part) }
}

/** Anthropic names no type but PDF; it answers for any other itself. */
function documentSource(fileData: string): Anthropic.DocumentBlockParam['source'] {
  if (/^https?:/.test(fileData)) return { type: 'url', url: fileData }
  const data = parseDataUrl(fileData)?.base64 ?? fileData
  return { type: 'base64', media_type: 'application/pdf', data }
}

/** Kept for five minutes, or for an hour where `ttl` says so. */
export function cacheControl(marked: { readonly [key: string]: unknown } | undefined): {
  cache_control?: Anthropic.CacheControlEphemeral
} {
  const mark = marked?.['cache_control']
  if (mark == null) return {}
  const isForAnHour = typeof mark === 'object' && 'ttl' in mark && mark.ttl === '1h'
  return { cache_control: { type: 'ephemeral', ...(isForAnHour ? { ttl: '1h' } : {}) } }
}
