import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const NAME_LENGTH = 8
/** 43 of 62 letters: 256 bits. */
const SECRET_LENGTH = 43
/** 6 of 62 letters: 32 bits. */
const CHECKSUM_LENGTH = 6
const FORM = new RegExp(`^bx-[0-9A-Za-z]{${NAME_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH}}$`)

export interface KeySecret {
  /** The whole key: what it is called, 256 random bits, and a checksum. */
  readonly secret: string
  /** What is shown of it. */
  readonly prefix: string
  readonly secretHash: Buffer
}

/** Letters and digits only, so that a double click marks all of it; one pattern, so that scanners know it. */
export function makeKeySecret(): KeySecret {
  const prefix = `bx-${randomText(NAME_LENGTH)}`
  const body = `${prefix}${randomText(SECRET_LENGTH)}`
  const secret = `${body}${checksumOf(body)}`
  return { secret, prefix, secretHash: hashOfKey(secret) }
}

/** Whether this can be a key of ours: a typo or half a key is known without asking anybody. */
export function isWellFormedKey(text: string): boolean {
  if (!FORM.test(text)) return false
  return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** SHA-256: of 256 random bits nobody tries them all, so that it need not be slow. */
export function hashOfKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

/** CRC-32 in our alphabet. */
function checksumOf(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    text = ALPHABET[rest % ALPHABET.length]! + text
    rest = Math.floor(rest / ALPHABET.length)
  }
  return text
}
