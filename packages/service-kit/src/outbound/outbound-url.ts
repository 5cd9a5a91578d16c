import { isIP } from 'node:net'
import { ServiceError } from '../service-error.ts'
import { isPublicAddress } from './public-address.ts'

/** Names that no public name server answers for, or that mean this machine (RFC 6761, 6762, 8375, 9476). */
const LOCAL_NAMES =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|onion|test|invalid|alt)$/

/** What DNS can hold; `URL` lets more pass. */
const HOST_NAME = /^(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.)+[a-z\d-]{2,63}$/
/** Read in one way by some and in another by others, who may be the ones that fetch. */
const AMBIGUOUS = /[\s\\\p{Cc}]/u

/** Which hosts and ports a URL may name. */
export interface OutboundRules {
  isAllowedAddress: (address: string) => boolean
  ports: readonly number[]
}

export const PUBLIC_ONLY: OutboundRules = { isAllowedAddress: isPublicAddress, ports: [80, 443] }

/**
 * A URL that a user gave, as far as it can be judged without asking a name server: http(s), without credentials, on a
 * port of the web, and of a host that is not in a network of ours. `URL` has already made one of an address’s many
 * spellings (`0x7f.1`, `2130706433`, `[::ffff:7f00:1]`).
 * @throws {ServiceError} 422 `url-not-allowed`
 */
export function readOutboundUrl(text: string, rules: OutboundRules = PUBLIC_ONLY): URL {
  const url = AMBIGUOUS.test(text) ? null : URL.parse(text)
  if (url === null) throw notAllowed('It is not a URL as it should be.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw notAllowed('Only http and https are.')
  }
  if (url.username !== '' || url.password !== '') throw notAllowed('It carries credentials.')
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port)
  if (!rules.ports.includes(port)) throw notAllowed(`Port ${port} is not.`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isAllowed = isIP(host) === 0 ? isPublicName(host) : rules.isAllowedAddress(host)
  if (!isAllowed) throw addressNotAllowed()
  return url
}

function isPublicName(host: string): boolean {
  const name = host.replace(/\.$/, '')
  return HOST_NAME.test(name) && !LOCAL_NAMES.test(name)
}

/** Never says which address a name has: that would let a user map our network. */
export function addressNotAllowed(): ServiceError {
  return notAllowed('It does not lead to a public address.')
}

export function notAllowed(detail: string): ServiceError {
  return new ServiceError({
    code: 'url-not-allowed',
    status: 422,
    title: 'This URL is not allowed.',
    detail,
  })
}
