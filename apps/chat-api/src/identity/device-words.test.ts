import { expect, test } from 'vitest'
import { describeDevice } from './describe-device.ts'
import { shortenAddress } from './shorten-address.ts'

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Firefox on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['node', null],
  ['', null],
  [null, null],
])('%j is a device in words', (userAgent, words) => {
  expect(describeDevice(userAgent)).toBe(words)
})

test('what no browser says is read no further than one would say', () => {
  const startedAt = performance.now()
  describeDevice(`Mozilla/5.0 ${'('.repeat(1_000_000)}`)
  expect(performance.now() - startedAt).toBeLessThan(100)
})

test.each([
  ['198.51.100.23', '198.51.100.x'],
  ['::ffff:198.51.100.23', '198.51.100.x'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['nowhere', null],
  ['', null],
  [null, null],
])('%j is shown without its end', (address, shown) => {
  expect(shortenAddress(address)).toBe(shown)
})
