import { imageSize } from './image-size.ts'

/** An image or file that came with the user's message. */
export interface Attachment {
  mediaType: string
  /** Absent where only an address was given; nothing is ever fetched. */
  bytes?: number
  width?: number
  height?: number
  url?: string
}

export function attachmentOfBase64(mediaType: string, base64: string): Attachment {
  const head = Buffer.from(base64.slice(0, 65_536), 'base64')
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  const bytes = Math.floor((base64.length * 3) / 4) - padding
  return { mediaType, bytes, ...imageSize(head) }
}

/** An attachment of an OpenAI `image_url`: a data URL or an address. */
export function attachmentOfUrl(url: string): Attachment {
  const data = /^data:([^;,]+)(?:;[^,]*)?;base64,(.*)$/s.exec(url)
  if (data !== null) return attachmentOfBase64(data[1] ?? '', data[2] ?? '')
  return { mediaType: 'image/*', url }
}

/** What the answer says about the attachments it was given. */
export function describeAttachments(attachments: readonly Attachment[]): string {
  const each = attachments.map((attachment) => {
    if (attachment.bytes === undefined) return `one at ${attachment.url ?? 'an unknown address'}`
    const pixels =
      attachment.width === undefined ? '' : `, ${attachment.width} × ${attachment.height} pixels`
    return `${attachment.mediaType}${pixels}, ${attachment.bytes} bytes`
  })
  const count = attachments.length === 1 ? 'one file' : `${attachments.length} files`
  return `I received ${count}: ${each.join('; ')}.`
}
