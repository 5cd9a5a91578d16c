const SIZE_LIMIT = 200

/** SDK clients are costly to make and hold only a base URL and a key, so each pair is made once. */
export function cacheClients<Client>(
  make: (baseUrl: string, apiKey: string) => Client,
): (target: { baseUrl: string; apiKey: string }) => Client {
  const clients = new Map<string, Client>()
  return ({ baseUrl, apiKey }) => {
    const id = `${baseUrl}\n${apiKey}`
    let client = clients.get(id)
    if (client === undefined) {
      if (clients.size >= SIZE_LIMIT) clients.clear()
      client = make(baseUrl, apiKey)
      clients.set(id, client)
    }
    return client
  }
}
