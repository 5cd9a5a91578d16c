/** The formats that providers take and that are worked on. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif'

/** What a file is by its first bytes, whatever it is called. */
export function formatOf(bytes: Buffer): ImageFormat | undefined {
  const head = bytes.toString('latin1', 0, 12)
  if (head.startsWith('\u00ff\u00d8\u00ff')) return 'jpeg'
  if (head.startsWith('\u0089PNG\r\n\u001a\n')) return 'png'
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp'
  return head.startsWith('GIF87a') || head.startsWith('GIF89a') ? 'gif' : undefined
}

/** `image/png` and the like claim one of those formats. */
export function isWorkedOn(mediaType: string): boolean {
  return /^image\/(jpe?g|png|webp|gif)$/i.test(mediaType)
}
