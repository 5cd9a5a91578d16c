import { CHAT_API_AUDIENCE, SERVICE_TOKEN_HEADER } from '@brainlyx/chat-contract'
import { currentTrace } from '@brainlyx/service-kit'
import type { ServiceTokenSigner } from '@brainlyx/service-kit'
import type { IncomingMessage } from 'node:http'
import { peerAddress } from './peer-address.ts'

/** Headers that only this service may say to chat-api; a browser's own copies are dropped. */
export const OWN_HEADERS = [
  SERVICE_TOKEN_HEADER,
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'forwarded',
  'x-real-ip',
] as const

export type ChatApiHeaders = (request: IncomingMessage) => Promise<Record<string, string>>

/** What goes with every call to chat-api on somebody's behalf: who asks, from where and with what, in which trace. */
export function chatApiHeaders(options: {
  serviceTokens: ServiceTokenSigner | undefined
  trustedProxyHops: number
}): ChatApiHeaders {
  return async (request) => {
    const headers: Record<string, string> = {
      'x-forwarded-for': peerAddress(request, options.trustedProxyHops),
    }
    // By it people tell their sign-ins apart.
    const userAgent = request.headers['user-agent']
    if (userAgent !== undefined) headers['user-agent'] = userAgent
    const trace = currentTrace()
    if (trace !== undefined) headers['traceparent'] = trace.traceparent
    const token = await options.serviceTokens?.sign(CHAT_API_AUDIENCE)
    if (token !== undefined) headers[SERVICE_TOKEN_HEADER] = token
    return headers
  }
}
