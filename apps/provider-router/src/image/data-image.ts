/** An image that is in the request itself. */
export interface DataImage {
  readonly mediaType: string
  readonly bytes: Buffer
}

const HEAD = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w=.+-]+)*;base64$/

/** undefined: it is somewhere else, and nobody here fetches it */
export function readDataImage(url: string): DataImage | undefined {
  if (!url.startsWith('data:')) return undefined
  const comma = url.indexOf(',')
  const mediaType = HEAD.exec(url.slice(0, comma))?.[1]
  if (mediaType === undefined) return undefined
  return { mediaType, bytes: Buffer.from(url.slice(comma + 1), 'base64') }
}

export function writeDataImage(format: string, bytes: Buffer): string {
  return `data:image/${format};base64,${bytes.toString('base64')}`
}
