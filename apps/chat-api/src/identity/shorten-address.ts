import { addressGroup } from '../http/client-address.ts'

/** Enough to tell home from elsewhere: the /24 of an IPv4 address, the /48 of an IPv6 one. null for what is neither. */
export function shortenAddress(address: string | null): string | null {
  if (address === null) return null
  const group = addressGroup(address)
  if (/^\d+\.\d+\.\d+\.\d+$/.test(group)) return group.replace(/\d+$/, 'x')
  const [, prefix] = /^((?:[\da-f]+:){3})[\da-f]+::\/64$/.exec(group) ?? []
  return prefix === undefined ? null : `${prefix}:/48`
}
