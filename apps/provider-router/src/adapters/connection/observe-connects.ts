import { subscribe, unsubscribe } from 'node:diagnostics_channel'

interface ConnectMessage {
  readonly connectParams: { readonly protocol: string; readonly host: string }
  readonly connector: object
}

/**
 * Tells of each new connection how long one round trip took: a TCP connect is one, and TLS 1.3 is one more.
 * @returns how to end it
 */
export function observeConnects(
  listener: (connect: { origin: string; roundTripMs: number }) => void,
  nowMs: () => number,
): () => void {
  const startedAt = new WeakMap<object, number>()
  const onBefore = (message: unknown): void => {
    startedAt.set((message as ConnectMessage).connector, nowMs())
  }
  const onConnected = (message: unknown): void => {
    const { connectParams, connector } = message as ConnectMessage
    const from = startedAt.get(connector)
    if (from === undefined) return
    const { protocol, host } = connectParams
    const roundTrips = protocol === 'https:' ? 2 : 1
    listener({ origin: `${protocol}//${host}`, roundTripMs: (nowMs() - from) / roundTrips })
  }
  subscribe('undici:client:beforeConnect', onBefore)
  subscribe('undici:client:connected', onConnected)
  return () => {
    unsubscribe('undici:client:beforeConnect', onBefore)
    unsubscribe('undici:client:connected', onConnected)
  }
}
