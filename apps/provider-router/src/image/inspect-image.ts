import type { ImageFormat } from './image-format.ts'
import { formatOf, isWorkedOn } from './image-format.ts'
import type { Sharp } from './load-sharp.ts'
import type { PixelSize } from './scaled-size.ts'
import { UnusableImage } from './unusable-image.ts'

/** What is known of an image before its pixels are looked at. */
export interface InspectedImage {
  readonly bytes: Buffer
  readonly format: ImageFormat
  /** As it is seen: what the camera was turned by is undone. */
  readonly size: PixelSize
  readonly isTurned: boolean
  readonly isAnimated: boolean
  /** It tells more than its pixels: where and when it was taken, by what, what was done to it. */
  readonly hasMetadata: boolean
}

/**
 * Decoded pixels take this much memory, times three or four, however small the file is. The sensors of telephones have
 * 50 million.
 */
export const MOST_PIXELS = 64_000_000

/**
 * @returns undefined: a format that is not worked on, whose provider may know it
 * @throws {UnusableImage}
 */
export async function inspectImage(
  { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Buffer },
  sharp: Sharp,
): Promise<InspectedImage | undefined> {
  const format = formatOf(bytes)
  if (format === undefined) {
    if (isWorkedOn(mediaType)) throw new UnusableImage('is not an image that can be read')
    return undefined
  }
  const found = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw new UnusableImage('is not an image that can be read')
    })
  const { width, height } = found.autoOrient
  const frames = found.pages ?? 1
  if (width * height > MOST_PIXELS) {
    throw new UnusableImage(
      `has ${width} × ${height} pixels, and may have ${MOST_PIXELS / 1_000_000} million`,
    )
  }
  return {
    bytes,
    format,
    size: { width, height },
    isTurned: (found.orientation ?? 1) > 1,
    isAnimated: frames > 1,
    hasMetadata:
      found.exif !== undefined ||
      found.xmp !== undefined ||
      found.iptc !== undefined ||
      found.tifftagPhotoshop !== undefined ||
      (found.comments?.length ?? 0) > 0,
  }
}
