import sharp from 'sharp'
import { expect, test } from 'vitest'
import { fitImage } from './fit-image.ts'
import { inspectImage } from './inspect-image.ts'
import { createSharpLoader } from './load-sharp.ts'
import { PHOTOGRAPHER, animation, photograph } from './photograph.ts'
import { UnusableImage } from './unusable-image.ts'
import type { UsefulSize } from './useful-size.ts'

const read = async (): Promise<{ default: typeof sharp }> => ({ default: sharp })

async function fit(bytes: Buffer, useful: UsefulSize = {}, mediaType = 'image/jpeg') {
  const loaded = (await createSharpLoader({ logger: { warn: () => {} }, read })())!
  const inspected = await inspectImage({ mediaType, bytes }, loaded)
  return inspected === undefined ? undefined : fitImage(inspected, useful, loaded)
}

const sizeOf = async (bytes: Buffer | undefined) => {
  const { width, height, format } = await sharp(bytes).metadata()
  return { width, height, format }
}

test.each(['jpeg', 'png', 'webp', 'gif'] as const)(
  'a large %s becomes a smaller one',
  async (format) => {
    const bytes = await photograph({ width: 3000, height: 1500, format })
    const fitted = await fit(bytes, { longEdge: 1000 })
    expect(await sizeOf(fitted)).toEqual({ width: 1000, height: 500, format })
  },
)

test.each(['jpeg', 'png', 'webp'] as const)(
  'where a %s was taken and by whom is gone, also where its size is good',
  async (format) => {
    const bytes = await photograph({ width: 90, height: 60, format, signed: true })
    expect(bytes.includes(PHOTOGRAPHER)).toBe(true)
    const fitted = await fit(bytes)
    expect(fitted?.includes(PHOTOGRAPHER)).toBe(false)
    expect(fitted?.includes('Exif')).toBe(false)
    expect((await sharp(fitted).metadata()).exif).toBeUndefined()
    expect(await sizeOf(fitted)).toEqual({ width: 90, height: 60, format })
  },
)

test('an image is upright as its viewers see it, not as its camera was held', async () => {
  const bytes = await photograph({ width: 2000, height: 1000, orientation: 6 })
  const fitted = await fit(bytes, { longEdge: 1000 })
  expect(await sizeOf(fitted)).toEqual({ width: 500, height: 1000, format: 'jpeg' })
  const { data, info } = await sharp(fitted).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)]
  const [redAbove, , blueAbove] = at(250, 100)
  const [redBelow, , blueBelow] = at(250, 900)
  expect(redAbove).toBeGreaterThan(200)
  expect(blueAbove).toBeLessThan(60)
  expect(redBelow).toBeLessThan(60)
  expect(blueBelow).toBeGreaterThan(200)
})

test('a turned camera alone is reason enough', async () => {
  const fitted = await fit(await photograph({ width: 80, height: 40, orientation: 8 }))
  expect(await sizeOf(fitted)).toMatchObject({ width: 40, height: 80 })
})

test.each(['jpeg', 'png', 'webp', 'gif'] as const)(
  'a %s without anything to hide, of a good size, is not touched',
  async (format) => {
    const bytes = await photograph({ width: 90, height: 60, format })
    expect(
      await fit(bytes, { longEdge: 90, pixels: 5_400, fileBytes: bytes.length }),
    ).toBeUndefined()
  },
)

test('transparency stays', async () => {
  const glass = { width: 400, height: 400, channels: 4, background: '#ff000080' } as const
  for (const format of ['png', 'webp'] as const) {
    const fitted = await fit(await sharp({ create: glass })[format]().toBuffer(), { longEdge: 100 })
    expect((await sharp(fitted).metadata()).hasAlpha).toBe(true)
  }
})

test.each(['jpeg', 'png'] as const)(
  'a %s of too many bytes is scaled until it has few enough',
  async (format) => {
    const bytes = await photograph({ width: 1200, height: 900, format, noise: true })
    expect(bytes.length).toBeGreaterThan(100_000)
    const fitted = await fit(bytes, { fileBytes: 100_000 })
    expect(fitted?.length).toBeLessThanOrEqual(100_000)
    // No smaller than it has to be.
    expect(fitted?.length).toBeGreaterThan(50_000)
  },
)

test('an animation is left as it is; where it tells by whom it was made, it forgets that and keeps its frames', async () => {
  expect(await fit(await animation('gif'), { longEdge: 100 })).toBeUndefined()
  expect(await fit(await animation('webp'), { longEdge: 100 })).toBeUndefined()
  const signed = await animation('webp', { signed: true })
  expect(signed.includes(PHOTOGRAPHER)).toBe(true)
  const fitted = await fit(signed, { longEdge: 100 })
  expect(fitted?.includes(PHOTOGRAPHER)).toBe(false)
  expect((await sharp(fitted).metadata()).pages).toBe(2)
})

test('what claims to be an image and is none is refused, by its bytes and not by its name', async () => {
  await expect(fit(Buffer.from('no image'), {}, 'image/png')).rejects.toThrow(UnusableImage)
  await expect(fit(Buffer.alloc(0), {}, 'image/gif')).rejects.toThrow(UnusableImage)
  await expect(fit(Buffer.from('\u0089PNG\r\n\u001a\nbut no more', 'latin1'))).rejects.toThrow(
    'is not an image that can be read',
  )
  const fitted = await fit(await photograph({ width: 300, height: 200, format: 'png' }), {
    longEdge: 30,
  })
  expect(await sizeOf(fitted)).toMatchObject({ format: 'png' })
})

test('an image that breaks off is refused', async () => {
  const bytes = await photograph({ width: 1200, height: 900, noise: true })
  const half = bytes.subarray(0, bytes.length / 2)
  await expect(fit(half, { longEdge: 100 })).rejects.toThrow('is broken')
})

test('a small file that would fill the memory is refused before a pixel of it is read', async () => {
  const bomb = await photograph({ width: 9_000, height: 9_000, format: 'png' })
  expect(bomb.length).toBeLessThan(2_000_000)
  await expect(fit(bomb)).rejects.toThrow('has 9000 × 9000 pixels, and may have 64 million')
})

test.each(['image/heic', 'image/svg+xml', 'image/tiff'])(
  'a %s is not worked on: its provider may know what to do with it',
  async (mediaType) => {
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer()
    expect(await fit(bytes, { longEdge: 1 }, mediaType)).toBeUndefined()
  },
)
