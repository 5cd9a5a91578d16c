import sharp from 'sharp'
import type { ImageFormat } from './image-format.ts'

/** What no provider may see. */
export const PHOTOGRAPHER = 'Ada of the Lighthouse'

export interface PhotographOptions {
  readonly width: number
  readonly height: number
  readonly format?: ImageFormat
  /** Where it was taken and by whom, in its metadata. */
  readonly signed?: boolean
  /** How the camera was held, as EXIF counts: 6 is upright, its pixels lying on their left side. */
  readonly orientation?: number
  /** Noise does not compress. */
  readonly noise?: boolean
}

/** An image as a camera makes it: its left half red, its right half blue. For tests. */
export async function photograph(options: PhotographOptions): Promise<Buffer> {
  const { width, height, format = 'jpeg', signed = false, orientation, noise = false } = options
  const half = await flat(Math.ceil(width / 2), height, 'blue')
    .png()
    .toBuffer()
  let image = noise
    ? sharp({
        create: {
          width,
          height,
          channels: 3,
          background: 'grey',
          noise: { type: 'gaussian', mean: 128, sigma: 60 },
        },
      })
    : flat(width, height, 'red').composite([{ input: half, left: Math.floor(width / 2), top: 0 }])
  if (signed) {
    image = image.withExif({
      IFD0: { Artist: PHOTOGRAPHER },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
    })
  }
  if (orientation !== undefined) image = image.withMetadata({ orientation })
  return image[format]().toBuffer()
}

/** Two pictures, one after the other. */
export async function animation(
  format: 'gif' | 'webp',
  { signed = false }: { signed?: boolean } = {},
): Promise<Buffer> {
  const frames = await Promise.all(
    ['red', 'blue'].map((colour) => flat(3_000, 40, colour).png().toBuffer()),
  )
  const image = sharp(frames, { join: { animated: true } })
  return (signed ? image.withExif({ IFD0: { Artist: PHOTOGRAPHER } }) : image)[format]().toBuffer()
}

export function dataUrl(bytes: Buffer, mediaType = 'image/jpeg'): string {
  return `data:${mediaType};base64,${bytes.toString('base64')}`
}

function flat(width: number, height: number, background: string): ReturnType<typeof sharp> {
  return sharp({ create: { width, height, channels: 3, background } })
}
