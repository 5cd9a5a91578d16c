import { expect, test } from 'vitest'
import { addressGroup, clientAddress } from './client-address.ts'

test('nobody is believed without a trusted proxy', () => {
  expect(clientAddress('203.0.113.9', '198.51.100.1', 0)).toBe('203.0.113.9')
})

test('exactly as many steps are believed as there are proxies of ours', () => {
  const forged = '6.6.6.6, 203.0.113.9'
  expect(clientAddress('10.0.0.2', forged, 1)).toBe('203.0.113.9')
  expect(clientAddress('10.0.0.3', `${forged}, 10.0.0.2`, 2)).toBe('203.0.113.9')
})

test('a proxy that forwards no address stands for itself', () => {
  expect(clientAddress('10.0.0.2', undefined, 1)).toBe('10.0.0.2')
  expect(clientAddress('10.0.0.2', '', 3)).toBe('10.0.0.2')
})

test('IPv6 is counted by its /64, however it is written', () => {
  const group = addressGroup('2001:db8:0:1::5')
  expect(addressGroup('2001:0db8:0000:0001:ffff:ffff:ffff:ffff')).toBe(group)
  expect(addressGroup('2001:db8:0:2::5')).not.toBe(group)
  expect(addressGroup('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
})

test('an IPv4 address is one address, mapped into IPv6 too', () => {
  expect(addressGroup('::ffff:203.0.113.9')).toBe('203.0.113.9')
  expect(addressGroup('203.0.113.9')).toBe('203.0.113.9')
})
