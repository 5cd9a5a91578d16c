import { expect, test } from 'vitest'
import { createLinkSigner } from './signed-link.ts'

let now = 1_000_000
const signer = createLinkSigner({ secret: 'a secret that is long enough', nowMs: () => now })

test('a link is good for what it was signed for, until it ends', () => {
  const link = signer.sign('export 1 of Ada', 1_000)
  expect(signer.verify('export 1 of Ada', link)).toBe(true)
  expect(signer.verify('export 1 of Bob', link)).toBe(false)
  expect(signer.verify('export 2 of Ada', link)).toBe(false)
  expect(signer.verify('export 1 of Ada', { ...link, expires: link.expires + 1 })).toBe(false)
  expect(signer.verify('export 1 of Ada', { ...link, signature: '' })).toBe(false)
  now += 1_000
  expect(signer.verify('export 1 of Ada', link)).toBe(false)
})

test('another secret signs other links', () => {
  const other = createLinkSigner({ secret: 'another secret, as long', nowMs: () => now })
  expect(signer.verify('x', other.sign('x', 1_000))).toBe(false)
})
