import { isIPv6 } from 'node:net'

/**
 * The address that a request really came from: so many steps back from the peer as proxies of ours stand in front.
 * What a client wrote into `x-forwarded-for` itself lies further back than that and is never reached.
 * @param peer the socket's own address
 * @param forwardedFor the header as it arrived
 * @param trustedProxies how many of the last steps are our own
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const path = [...(forwardedFor ?? '').split(',').map((part) => part.trim()), peer].filter(
    (part) => part !== '',
  )
  return path[Math.max(0, path.length - 1 - trustedProxies)] ?? peer
}

/** Whether it is this machine's own. */
export function isLoopback(address: string): boolean {
  const group = addressGroup(address)
  return group.startsWith('127.') || address === '::1'
}

/** What limits count by: an IPv4 address, or the /64 of an IPv6 one, since a subscriber holds all of it. */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const left = head.split(':').filter((group) => group !== '')
  const right = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
