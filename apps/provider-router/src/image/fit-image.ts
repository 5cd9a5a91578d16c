import type { ImageFormat } from './image-format.ts'
import { MOST_PIXELS } from './inspect-image.ts'
import type { InspectedImage } from './inspect-image.ts'
import type { Sharp } from './load-sharp.ts'
import { scaledSize, shrunk } from './scaled-size.ts'
import type { PixelSize } from './scaled-size.ts'
import { UnusableImage } from './unusable-image.ts'
import type { UsefulSize } from './useful-size.ts'

/** One image takes a tenth of a second; one that takes this long was made to. */
const TIMEOUT_SECONDS = 10
/** At which a photograph cannot be told from the original. */
const QUALITY = 90
const MOST_ROUNDS = 5

/**
 * An image at its useful size, upright, in its own format and without anything but its pixels.
 * @returns undefined: it is all that already
 * @throws {UnusableImage}
 */
export async function fitImage(
  image: InspectedImage,
  useful: UsefulSize,
  sharp: Sharp,
): Promise<Buffer | undefined> {
  // Which of its frames counts is the provider's to say.
  if (image.isAnimated) return image.hasMetadata ? cleaned(image, sharp) : undefined
  const mostBytes = useful.fileBytes ?? Infinity
  let size = scaledSize(image.size, useful)
  const isFit = size.width === image.size.width && size.height === image.size.height
  if (isFit && !image.isTurned && !image.hasMetadata && image.bytes.length <= mostBytes) {
    return undefined
  }
  for (let round = 1; ; round++) {
    const fitted = await drawn(image, size, sharp)
    if (fitted.length <= mostBytes || round === MOST_ROUNDS) return fitted
    // Bytes follow the area, roughly.
    size = shrunk(size, Math.sqrt(mostBytes / fitted.length) * 0.95)
  }
}

function drawn(image: InspectedImage, size: PixelSize, sharp: Sharp): Promise<Buffer> {
  const pipeline = sharp(image.bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    .autoOrient()
    .resize({ ...size, fit: 'fill' })
  return encoded(pipeline, image.format)
}

/** All frames as they are. */
function cleaned(image: InspectedImage, sharp: Sharp): Promise<Buffer> {
  const pipeline = sharp(image.bytes, {
    animated: true,
    limitInputPixels: MOST_PIXELS,
    failOn: 'error',
  })
  return encoded(pipeline, image.format)
}

type Pipeline = ReturnType<Sharp>

async function encoded(pipeline: Pipeline, format: ImageFormat): Promise<Buffer> {
  try {
    return await encoder(pipeline, format).timeout({ seconds: TIMEOUT_SECONDS }).toBuffer()
  } catch {
    throw new UnusableImage('is broken, or takes too much to be read')
  }
}

function encoder(pipeline: Pipeline, format: ImageFormat): Pipeline {
  switch (format) {
    case 'jpeg':
      return pipeline.jpeg({ quality: QUALITY })
    case 'png':
      return pipeline.png()
    case 'webp':
      return pipeline.webp({ quality: QUALITY })
    case 'gif':
      return pipeline.gif()
  }
}
