import ipaddr from 'ipaddr.js'

/** Where Azure’s hosts answer their guests: a public address that only looks like one. */
const AZURE_HOST = '168.63.129.16'
/** What IANA has given out for the internet so far; everything else in IPv6 is for some other use. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address is one of the internet, and of nothing nearer. An address that carries another inside it
 * (IPv4-mapped, NAT64, 6to4, Teredo) is none, whatever it carries: who has such a host has another name for it.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes('%')) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST)
  return address.toString() !== AZURE_HOST
}
