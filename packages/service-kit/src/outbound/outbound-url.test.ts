import { expect, test } from 'vitest'
import { readOutboundUrl } from './outbound-url.ts'
import { isPublicAddress } from './public-address.ts'
import { FORBIDDEN_ADDRESSES, FORBIDDEN_HOSTS, FORBIDDEN_URLS } from './ssrf-corpus.ts'
import { ALLOWED_URLS } from './harmless-urls.ts'

const hosts = Object.entries(FORBIDDEN_HOSTS).flatMap(([kind, names]) =>
  names.map((host) => ({ kind, host })),
)
const urls = Object.entries(FORBIDDEN_URLS).flatMap(([kind, names]) =>
  names.map((url) => ({ kind, url })),
)

test('the corpus is as large as it says', () => {
  const size = hosts.length + urls.length + FORBIDDEN_ADDRESSES.length
  expect(size).toBeGreaterThanOrEqual(150)
})

test.each(hosts)('$kind: $host', ({ host }) => {
  for (const url of [`http://${host}/`, `https://${host}/path?query`, `http://${host}:80`]) {
    expect(() => readOutboundUrl(url), url).toThrow(
      expect.objectContaining({ code: 'url-not-allowed', status: 422 }),
    )
  }
})

test.each(urls)('$kind: $url', ({ url }) => {
  expect(() => readOutboundUrl(url)).toThrow(expect.objectContaining({ code: 'url-not-allowed' }))
})

test.each(ALLOWED_URLS)('allowed: %s', (url) => {
  expect(readOutboundUrl(url)).toBeInstanceOf(URL)
})

test.each(FORBIDDEN_ADDRESSES)('no public address: %s', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test('a refusal does not say where a name leads', () => {
  expect(() => readOutboundUrl('http://169.254.169.254/')).toThrow(
    expect.objectContaining({ detail: expect.not.stringContaining('169.254') }),
  )
})
