import { isIP } from 'node:net'

/** What is known of a URL that leads to data or to another service. */
export interface DataConnection {
  /** Why it is refused in production, in words that follow the key's name. */
  readonly refusal?: string
  /** What whoever operates it should know. */
  readonly warning?: string
}

const POSTGRES = new Set(['postgres:', 'postgresql:'])
const REDIS = new Set(['redis:', 'rediss:'])
/** Of servers as they are delivered, and of our own examples. */
const DEFAULT_PASSWORDS = new Set(['postgres', 'password', 'redis', 'secret', 'admin', 'changeme'])

/**
 * Judges a value of the environment as a connection to data. On this machine itself anything goes. A server elsewhere
 * must ask for a password, or whoever reaches the network has everything. Whether the network between is one's own is not
 * known here, so a connection without TLS is a warning.
 */
export function judgeConnection(value: string): DataConnection {
  if (!URL.canParse(value)) return {}
  const url = new URL(value)
  const { protocol } = url
  const isData = POSTGRES.has(protocol) || REDIS.has(protocol)
  if ((!isData && protocol !== 'http:') || isThisMachine(url)) return {}
  if (!isData) return { warning: 'is reached without TLS' }
  const password = decodeURIComponent(url.password)
  if (password === '') return { refusal: 'has no password, and the server is on another machine' }
  if (DEFAULT_PASSWORDS.has(password.toLowerCase())) {
    return { refusal: 'has a password that everyone knows' }
  }
  return isEncrypted(url) ? {} : { warning: 'is reached without TLS' }
}

function isThisMachine({ hostname, searchParams }: URL): boolean {
  // A socket in the file system.
  if (hostname === '' || searchParams.get('host')?.startsWith('/') === true) return true
  const host = hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isEncrypted({ protocol, searchParams }: URL): boolean {
  if (REDIS.has(protocol)) return protocol === 'rediss:'
  const mode = searchParams.get('sslmode')
  return ['require', 'verify-ca', 'verify-full'].includes(mode ?? '')
}
