import { describe, expect, it } from 'vitest'
import { attachmentOfUrl, describeAttachments } from './attachment.ts'
import { imageSize } from './image-size.ts'

describe('imageSize', () => {
  it('reads PNG, GIF, JPEG and the three kinds of WebP', () => {
    const png = Buffer.alloc(24)
    png.writeUInt32BE(0x89504e47, 0)
    png.writeUInt32BE(640, 16)
    png.writeUInt32BE(480, 20)
    expect(imageSize(png)).toEqual({ width: 640, height: 480 })

    const gif = Buffer.from('GIF89a\x40\x01\xf0\x00', 'latin1')
    expect(imageSize(gif)).toEqual({ width: 320, height: 240 })

    const jpeg = Buffer.from('ffd8ffe000040000ffc0000b0800f00140010111000000', 'hex')
    expect(imageSize(jpeg)).toEqual({ width: 320, height: 240 })

    const webp = (kind: string, at: number, bytes: string): Buffer => {
      const buffer = Buffer.alloc(30)
      buffer.write('RIFF    WEBP', 'latin1')
      buffer.write(kind, 12, 'latin1')
      buffer.write(bytes, at, 'hex')
      return buffer
    }
    expect(imageSize(webp('VP8 ', 26, '4001f000'))).toEqual({ width: 320, height: 240 })
    expect(imageSize(webp('VP8X', 24, '3f0100ef0000'))).toEqual({ width: 320, height: 240 })
    const bits = Buffer.alloc(4)
    bits.writeUInt32LE((239 << 14) | 319)
    expect(imageSize(webp('VP8L', 21, bits.toString('hex')))).toEqual({ width: 320, height: 240 })
  })

  it('knows nothing about other bytes', () => {
    expect(imageSize(Buffer.from('%PDF-1.7'))).toBeUndefined()
    expect(imageSize(Buffer.alloc(0))).toBeUndefined()
  })
})

describe('attachments', () => {
  it('counts the bytes of a data URL and never fetches an address', () => {
    const pdf = attachmentOfUrl(
      `data:application/pdf;base64,${Buffer.from('%PDF-').toString('base64')}`,
    )
    expect(pdf).toEqual({ mediaType: 'application/pdf', bytes: 5 })
    const remote = attachmentOfUrl('https://example.com/cat.png')
    expect(describeAttachments([pdf, remote])).toBe(
      'I received 2 files: application/pdf, 5 bytes; one at https://example.com/cat.png.',
    )
  })
})
