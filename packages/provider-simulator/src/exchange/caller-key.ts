import type { IncomingMessage } from 'node:http'
import type { Failure } from '../wire/failure.ts'

/** The key in any of the places where the four SDKs put it; empty where there is none. */
export function callerKey(request: IncomingMessage): string {
  const { headers } = request
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  const inQuery = /[?&]key=([^&]+)/.exec(request.url ?? '')?.[1]
  for (const key of [bearer, headers['x-api-key'], headers['x-goog-api-key'], inQuery]) {
    if (typeof key === 'string' && key !== '') return key
  }
  return ''
}

/** Any key is good but one that says `bad-key`. */
export function keyFailure(key: string): Failure | undefined {
  if (key === '') return { kind: 'missing-key' }
  return key.includes('bad-key') ? { kind: 'bad-key', key } : undefined
}
