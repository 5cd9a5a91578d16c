import type { ProviderTarget } from '../provider-adapter.ts'

const SIZE_LIMIT = 200

/** As much of a target as a client is made of. */
export type ClientTarget = Pick<ProviderTarget, 'baseUrl' | 'apiKey' | 'connectMs'>

/** SDK clients are costly to make and hold only where and as whom to call, so each is made once. */
export function cacheClients<Client>(
  make: (target: ClientTarget) => Client,
): (target: ClientTarget) => Client {
  const clients = new Map<string, Client>()
  return (target) => {
    const id = `${target.baseUrl}\n${target.apiKey}\n${target.connectMs}`
    let client = clients.get(id)
    if (client === undefined) {
      if (clients.size >= SIZE_LIMIT) clients.clear()
      client = make(target)
      clients.set(id, client)
    }
    return client
  }
}
