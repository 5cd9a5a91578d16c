import { HttpConnection } from './http-connection.ts'
import type { RawResponse } from './http-connection.ts'

/** The failure of what is broken off by who asked. */
export const TOOK_TOO_LONG = 'took too long'

/** As many connections as there are requests at once. The one that was used last is used next. */
export class ConnectionPool {
  readonly #url: URL
  readonly #all = new Set<HttpConnection>()
  readonly #idle: HttpConnection[] = []

  /** @param origin `http://host:port` */
  constructor(origin: string) {
    this.#url = new URL(origin)
  }

  /** One request, as it goes over the wire. Never rejects; after `patienceMs` it is broken off. */
  async exchange(
    request: string,
    options: { patienceMs: number; onText?: (text: string) => void },
  ): Promise<RawResponse> {
    const connection = this.#take()
    const patience = setTimeout(() => connection.destroy(TOOK_TOO_LONG), options.patienceMs)
    const response = await connection.exchange(request, options.onText)
    clearTimeout(patience)
    if (response.failure === undefined) this.#idle.push(connection)
    else this.#drop(connection)
    return response
  }

  close(): void {
    for (const connection of this.#all) this.#drop(connection)
  }

  #take(): HttpConnection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isUsable) return idle
      this.#drop(idle)
    }
    const connection = new HttpConnection(this.#url)
    this.#all.add(connection)
    return connection
  }

  #drop(connection: HttpConnection): void {
    this.#all.delete(connection)
    connection.destroy()
  }
}
