import type { IncomingMessage } from 'node:http'

/**
 * The address a request came from. With `trustedProxyHops` proxies of ours in front, the one that the outermost of
 * them saw: counted from the right of `x-forwarded-for`, since whatever stands further left anybody can write.
 */
export function peerAddress(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustedProxyHops: number,
): string {
  const direct = request.socket.remoteAddress ?? ''
  if (trustedProxyHops === 0) return direct
  const header = request.headers['x-forwarded-for']
  const chain = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
  return chain.at(-trustedProxyHops) ?? direct
}
